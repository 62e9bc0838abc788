//! Keeping an index in few pieces: each commit adds one, and every piece costs every search.

use tantivy::index::SegmentId;

/// More pieces than these are brought together.
pub(in crate::index::text) const MOST: usize = 4;

/// A piece is brought together with the next larger one unless that is so many times as large.
const GROWTH: u64 = 4;

/// A piece of which so many hundredths are deleted is written anew: deleted texts count in how rare
/// a word is until then.
const STALE: u64 = 30;

/// A piece with fewer texts is written anew for the first of them, so that the order of what is
/// found in a small desk never depends on what was changed before.
const SMALL: u64 = 1_000;

/// One piece.
#[derive(Clone, Copy, Debug)]
pub(in crate::index::text) struct Segment {
    pub id: SegmentId,
    /// Texts in it, deleted ones left out.
    pub texts: u64,
    /// Deleted ones.
    pub deleted: u64,
}

/// Which pieces to make one of. Small ones first, so that a text is written a few times in its
/// life, however many commits follow.
pub(in crate::index::text) fn to_merge(pieces: &[Segment]) -> Vec<SegmentId> {
    let stale = |piece: &&Segment| {
        let small = piece.deleted > 0 && piece.texts < SMALL;
        small || piece.deleted * 100 > (piece.deleted + piece.texts) * STALE
    };
    let mut sorted = pieces.to_vec();
    sorted.sort_by_key(|piece| piece.texts);
    let mut group: Vec<&Segment> = sorted.iter().filter(stale).collect();
    if pieces.len() > MOST {
        let mut sum = 0;
        for (at, piece) in sorted.iter().enumerate() {
            let enough = at >= 2 && sorted.len() - at < MOST;
            if enough && piece.texts > sum * GROWTH {
                break;
            }
            sum += piece.texts;
            if !group.iter().any(|other| other.id == piece.id) {
                group.push(piece);
            }
        }
    }
    group.iter().map(|piece| piece.id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(sizes: &[u64]) -> Vec<Segment> {
        let piece = |texts: &u64| Segment {
            id: SegmentId::generate_random(),
            texts: *texts,
            deleted: 0,
        };
        sizes.iter().map(piece).collect()
    }

    #[test]
    fn pieces_stay_few_and_each_text_is_written_seldom() {
        let mut sizes = vec![100_000_u64];
        let mut written = 0;
        for _ in 0..5_000 {
            sizes.push(1);
            let all = pieces(&sizes);
            let merged = to_merge(&all);
            let (gone, mut kept): (Vec<Segment>, Vec<Segment>) = all
                .into_iter()
                .partition(|piece| merged.contains(&piece.id));
            let sum = gone.iter().map(|piece| piece.texts).sum::<u64>();
            written += sum;
            sizes = kept.drain(..).map(|piece| piece.texts).collect();
            if sum > 0 {
                sizes.push(sum);
            }
            assert!(sizes.len() <= MOST, "{sizes:?}");
        }
        assert_eq!(sizes.iter().sum::<u64>(), 105_000);
        // Fewer than a hundred times in five thousand commits.
        assert!(written < 500_000, "{written}");
    }

    #[test]
    fn deleted_texts_do_not_stay_for_ever() {
        let mut all = pieces(&[100_000, 5]);
        all[0].deleted = 100;
        assert!(to_merge(&all).is_empty());
        all[0].deleted = 60_000;
        assert_eq!(to_merge(&all), [all[0].id]);
        all[0].deleted = 0;
        all[1].deleted = 1;
        assert_eq!(to_merge(&all), [all[1].id], "small ones at once");
    }
}
