//! Words that say little in their language, and that callers use all the same.
//!
//! In a large collection their frequency tells; a help desk has forty articles, in which `my` is a
//! rare word. The lists are short on purpose: long ones lose nearly everywhere (field notes, search
//! 2.6). They only weigh what is asked, so that no index depends on them.

/// Whether a word, in lower case, says little by itself.
pub fn is_common(word: &str) -> bool {
    let mut chars = word.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        return c.is_ascii_alphabetic();
    }
    LISTS
        .iter()
        .any(|list| list.split_ascii_whitespace().any(|known| known == word))
}

const LISTS: [&str; 10] = [
    // English
    "an the and or but if of to in on at by for from with as is are was were be been am do does did \
     has have had can could will would should may not no my me we our us you your he she they them \
     their his her it its this that these those there here what which who when where why how any \
     some so than then too very just about into out up down please",
    // German
    "der die das den dem des ein eine einen einem einer eines und oder aber wenn von zu zum zur im \
     in an am auf bei für mit als ist sind war waren bin sein hat haben hatte habe kann kannst können \
     will soll muss nicht kein keine mein meine meinen meinem meiner wir uns unser ich mich mir sie er \
     es ihr ihre dies diese dieser was welche wer wann wo warum wie so noch nur auch schon sehr bitte \
     mehr da doch",
    // Polish
    "nie na do się jest są być był była było to ten ta te tego tej tym co jak kto gdzie kiedy czy \
     dlaczego mój moja moje mojego mojej mi mnie ja my nam nas on ona po od za ze dla przy przez pod \
     nad ale lub oraz już jeszcze tylko tak też bardzo proszę mam może można",
    // Vietnamese, by syllables
    "tôi của và là có không được cho các những một này đó thì mà để với trong ra vào từ khi nào gì \
     sao làm thế bị ở như rồi cũng đã đang sẽ",
    // Spanish
    "el la los las un una unos unas de del al en por para con sin se lo le les mi mis su sus que qué \
     como cómo cuando cuándo donde dónde es son está están ser hay no si sí yo me te nos este esta \
     esto muy más puedo puede tengo",
    // French
    "le la les un une des de du au aux en par pour avec sans se ce cet cette ces mon ma mes son sa \
     ses notre nos que qui quoi comment quand où est sont être ai as avons avez ont je me moi tu vous \
     nous il elle on ne pas plus très peux peut et ou mais si sur dans",
    // Italian
    "il lo la gli le un uno una di del della dei delle da dal in nel nella con su per tra fra mi si \
     ci mio mia miei che chi come quando dove è sono essere ho ha hanno non più molto posso può e o ma \
     se questo questa",
    // Dutch
    "de het een van en of maar in op aan bij voor met als is zijn was ben heb heeft hebben kan kunnen \
     wil moet niet geen mijn ik me wij we ons je u hij zij dit dat deze wat welke wie wanneer waar \
     waarom hoe nog ook al zeer er",
    // Portuguese
    "um uma uns umas do da dos das no na nos nas ao por para com sem se meu minha meus que quem como \
     quando onde está estão ser não sim eu nós você ele ela este esta isto muito mais posso pode tenho \
     os as",
    // Bengali
    "আমি আমার আমাদের এই সেই এটা কি কী কেন কিভাবে কীভাবে কখন কোথায় না নেই হয় হচ্ছে করা করতে করে থেকে জন্য এবং ও বা \
     কিন্তু একটি আছে",
];

#[cfg(test)]
mod tests {
    use super::*;

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
