//! Words that say little in their language, and that callers use all the same.
//!
//! In a large collection their frequency tells; a help desk has forty articles, in which `my` is a
//! rare word. The lists are short on purpose: long ones lose nearly everywhere (field notes, search
//! 2.6). They weigh what is asked, and tell the language of a text that does not say it.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use crate::rules::text::terms::each_word;

/// Whether a word, in lower case, says little by itself.
pub fn is_common(word: &str) -> bool {
    let mut chars = word.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        return c.is_ascii_alphabetic();
    }
    lists().contains_key(word)
}

/// Whether a word, in lower case, is one that people use every day, so that it is not mistyped where
/// no text has it.
pub fn is_everyday(word: &str) -> bool {
    static ALL: OnceLock<HashSet<&str>> = OnceLock::new();
    let all = ALL.get_or_init(|| EVERYDAY.split_ascii_whitespace().collect());
    let one = word.strip_suffix('s').unwrap_or(word);
    all.contains(word) || all.contains(one) || is_common(word)
}

/// The lists in which each word stands, a bit for each.
fn lists() -> &'static HashMap<&'static str, u16> {
    static LISTS_OF: OnceLock<HashMap<&str, u16>> = OnceLock::new();
    LISTS_OF.get_or_init(|| {
        let mut all: HashMap<&str, u16> = HashMap::new();
        for (at, (_, list)) in LISTS.iter().enumerate() {
            for word in list.split_ascii_whitespace() {
                *all.entry(word).or_default() |= 1 << at;
            }
        }
        all
    })
}

/// So many words of a text tell its language.
const LOOKED_AT: u32 = 400;

/// A text says so many words of its language's list, and one word in so many is one of them.
const LEAST: u32 = 3;
const ONE_IN: u32 = 8;

/// The language of a text that does not say it, by the words that everybody uses; `None` for a
/// short text, and where two languages are as likely.
pub fn likely_language(texts: &[&str]) -> Option<&'static str> {
    let mut said = [0_u32; LISTS.len()];
    let mut words = 0_u32;
    for text in texts {
        each_word(text, |word, _| {
            if words < LOOKED_AT {
                words += 1;
                let bits = lists().get(word).copied().unwrap_or_default();
                for (at, count) in said.iter_mut().enumerate() {
                    *count += u32::from(bits >> at & 1);
                }
            }
        });
    }
    let (best, most) = (0..).zip(said).max_by_key(|(_, count)| *count)?;
    let second = (0..).zip(said).filter(|(at, _)| *at != best);
    let second = second.map(|(_, count)| count).max().unwrap_or_default();
    let is_plain = most >= LEAST && most * ONE_IN >= words && most * 3 >= second * 4;
    is_plain.then(|| LISTS[best].0)
}

const LISTS: [(&str, &str); 10] = [
    (
        "en",
        "an the and or but if of to in on at by for from with as is are was were be been am do does did \
     has have had can could will would should may not no my me we our us you your he she they them \
     their his her it its this that these those there here what which who when where why how any \
     some so than then too very just about into out up down please",
    ),
    (
        "de",
        "der die das den dem des ein eine einen einem einer eines und oder aber wenn von zu zum zur im \
     in an am auf bei für mit als ist sind war waren bin sein hat haben hatte habe kann kannst können \
     will soll muss nicht kein keine mein meine meinen meinem meiner wir uns unser ich mich mir sie er \
     es ihr ihre dies diese dieser was welche wer wann wo warum wie so noch nur auch schon sehr bitte \
     mehr da doch",
    ),
    (
        "pl",
        "nie na do się jest są być był była było to ten ta te tego tej tym co jak kto gdzie kiedy czy \
     dlaczego mój moja moje mojego mojej mi mnie ja my nam nas on ona po od za ze dla przy przez pod \
     nad ale lub oraz już jeszcze tylko tak też bardzo proszę mam może można",
    ),
    (
        "vi",
        "tôi của và là có không được cho các những một này đó thì mà để với trong ra vào từ khi nào gì \
     sao làm thế bị ở như rồi cũng đã đang sẽ",
    ),
    (
        "es",
        "el la los las un una unos unas de del al en por para con sin se lo le les mi mis su sus que qué \
     como cómo cuando cuándo donde dónde es son está están ser hay no si sí yo me te nos este esta \
     esto muy más puedo puede tengo",
    ),
    (
        "fr",
        "le la les un une des de du au aux en par pour avec sans se ce cet cette ces mon ma mes son sa \
     ses notre nos que qui quoi comment quand où est sont être ai as avons avez ont je me moi tu vous \
     nous il elle on ne pas plus très peux peut et ou mais si sur dans",
    ),
    (
        "it",
        "il lo la gli le un uno una di del della dei delle da dal in nel nella con su per tra fra mi si \
     ci mio mia miei che chi come quando dove è sono essere ho ha hanno non più molto posso può e o ma \
     se questo questa",
    ),
    (
        "nl",
        "de het een van en of maar in op aan bij voor met als is zijn was ben heb heeft hebben kan kunnen \
     wil moet niet geen mijn ik me wij we ons je u hij zij dit dat deze wat welke wie wanneer waar \
     waarom hoe nog ook al zeer er",
    ),
    (
        "pt",
        "um uma uns umas do da dos das no na nos nas ao por para com sem se meu minha meus que quem como \
     quando onde está estão ser não sim eu nós você ele ela este esta isto muito mais posso pode tenho \
     os as",
    ),
    (
        "bn",
        "আমি আমার আমাদের এই সেই এটা কি কী কেন কিভাবে কীভাবে কখন কোথায় না নেই হয় হচ্ছে করা করতে করে থেকে জন্য এবং ও বা \
     কিন্তু একটি আছে",
    ),
];

/// English: the other lists hold what people of other languages say every day.
const EVERYDAY: &str = "able accept across actually add address after afternoon again against age ago agree ahead \
     air airport all allow almost alone along already also although always among amount angry \
     animal another answer anybody anyone anything anyway appear apple area arm around arrive \
     ask asleep attach attend aunt autumn away baby back bad badge bag ball band bank bar base \
     basket bath beach bean bear beat beautiful because become bed before begin begun behind \
     believe bell belong below belt bench bend beside best better between bicycle big bike bill \
     bind bird birth birthday bit black blanket blind blinds block blood blue board boat body \
     boil book boot border born borrow boss both bottle bottom bowl box boy branch bread break \
     breakfast bridge bright bring broken brother brown brush build building burn bus busy \
     button buy cake call calm camera canteen cant cap car card care careful carpet carry case \
     cash cat catch cause ceiling center centre century certain chain chair chance change cheap \
     check cheese child choice choose church circle city class clean clear clerk clock close \
     closed cloth cloud coat coffee coin cold collect colour come company complete condition \
     contract cook cool copy corner correct cost cough could council count country couple \
     course court cover cross crowd cry cup cupboard curtain cut damage dance danger dark date \
     daughter day dear death decide deep degree delay deliver depend describe desk detail \
     dinner direct dirt dirty discuss dish distance divide doctor dog done door double doubt \
     down draw drawer dress drill drink drive drop dry during dust duty each ear early earn \
     earth east easy eat edge egg eight either elect else empty enable end enough enter \
     entrance entry equal escape even evening event ever every everybody exact example except \
     excuse expect expense expensive explain eye face fact factory fail fair fall false family \
     famous far farm fast fat father fault fear feed feel feet female fence fever few field \
     fight fill film final find fine finger finish fire first fish fit five fix flag flat floor \
     flower fly fold follow food foot force foreign forest forget fork form forward four free \
     fresh fridge friend front fruit full fun funny garage garden gas gate general gentle get \
     gift girl give glad glass glove goal gold gone good grade grass great green grey ground \
     group grow guard guess guest guide hair half hall hand handle hang happen happy hard hat \
     hate head health hear heart heat heavy height hello help here hide high hill hire hit hold \
     hole holiday home honest hope horse hospital host hot hotel hour house however hundred \
     hungry hurry hurt husband ice idea ill important inch inside instead into invite iron \
     island itself job join journey juice jump just keen keep key kid kind king kitchen knee \
     knife knock know label lack lady lake lamp land language large last late later laugh law \
     lay lazy lead leaf leak learn least leave left leg lend length less lesson letter level \
     library lie life lift light like limit line lion lip list listen little live load loan \
     lobby local lock long look loose lose lot loud love low luck lunch machine mad main make \
     male man manage many map march mark market marry matter meal mean measure meat medicine \
     meet meeting member mention menu metal middle might mile milk million mind minute mirror \
     miss missing mistake mix modern moment money month moon more morning most mother mountain \
     mouth move much mud music must name narrow nature near nearly neck need needle neighbour \
     neither never new news next nice night nine nobody noise none north nose note nothing \
     notice number nurse obey object ocean offer office often oil old once one only open \
     opening opposite orange order other ought outside oven over own pack page pain paint pair \
     pale pan paper parcel parent park part party pass past path pay peace pen pencil pension \
     people pepper perfect perhaps period permit person photo pick picture piece pig pin pink \
     place plan plane plant plate play pleasant please plenty pocket point poison police polite \
     pool poor popular position possible post pot potato pound pour power present press pretty \
     prevent price prince prize probably problem produce promise proper protect proud prove \
     provide public pull punish pure push put queen question quick quiet quite race radio rain \
     raise rather reach read ready real reason receive record red remember remove rent repair \
     repeat reply report rest result return rice rich ride right ring rise river road rob rock \
     roll roof room root rope rough round row rule run rush sad safe sail salad salary salt \
     same sand save saw say school science sea season seat second secret see seed seem sell \
     send sentence serve seven several shade shadow shake shall shape share sharp she sheep \
     sheet shelf shine ship shirt shoe shop short shoulder shout show shower shut sick side \
     sign silence silly silver similar simple since sing single sink sister sit six size skin \
     skirt sky sleep slip slow small smell smile smoke snow soap sock soft soil soldier some \
     somebody someone something sometimes son song soon sore sorry sort soul soup sour south \
     space speak special speed spell spend spoon sport spread spring square stairs stamp stand \
     star start state station stay steal steam step stick still stomach stone stop store storm \
     story strange street strike strong student study stupid such sudden sugar suggest suit \
     summer sun sure surprise sweet swim table take talk tall taste tax taxi tea teach team \
     tear tell ten tent term test thank theft their them then there thick thief thin thing \
     think third thirsty thirty thousand thread three through throw thumb thunder ticket tidy \
     tie time tiny tired title today toe together toilet tomorrow tongue tonight tool tooth top \
     total touch tour towards towel tower town toy track trade train travel tree trip trouble \
     true trust try turn twice two type ugly umbrella unable uncle under understand unit until \
     upper upset use useful usual vacation valley value vase vegetable vending very visit \
     visitor voice wait wake walk wall want war warm wash waste watch water way weak wear \
     weather wedding week weight welcome well west wet wheel where while white wide wife wild \
     wind window wine wing winter wire wise wish without woman wonder wood wool word work works \
     world worry worse worst wrap write wrong yard year yellow yes yesterday yet young zero";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_some_words_tells_its_language() {
        for (text, language) in [
            (
                "how do i get my printer to print on both sides of the paper",
                Some("en"),
            ),
            (
                "Der Drucker im zweiten Stock ist offline und ich kann nicht drucken",
                Some("de"),
            ),
            (
                "nie mogę się zalogować do poczty i nie wiem dlaczego",
                Some("pl"),
            ),
            (
                "el correo me pide la contraseña y no puedo entrar",
                Some("es"),
            ),
            (
                "máy in của tôi không in được và tôi không biết làm sao",
                Some("vi"),
            ),
            ("Drucker offline", None),
            ("eth0 192.168.0.1 down, dns timeout, retry 3", None),
        ] {
            assert_eq!(likely_language(&[text]), language, "{text}");
        }
    }

    #[test]
    fn what_everybody_says_is_common_and_what_matters_is_not() {
        for word in ["my", "the", "mein", "się", "của", "না", "a"] {
            assert!(is_common(word), "{word}");
        }
        for word in [
            "printer",
            "drucker",
            "hasło",
            "khẩu",
            "vpn",
            "7",
            "off",
            "slow",
            "প্রিন্টার",
        ] {
            assert!(!is_common(word), "{word}");
        }
    }
}
