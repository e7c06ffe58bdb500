package io.npuq.worker.text;

import java.util.regex.Pattern;

/** Tells greetings, thanks, signatures and the address lines of mails, which no answer is about. */
public final class SmallTalk {
    /** Longer ones say something. */
    private static final int WORDS_MAX = 6;

    private static final Pattern OPENING = Pattern.compile(
            "^(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|thanks|thank you|many thanks|best|best regards|kind regards|regards|cheers|sincerely"
                    + "|yours|see you|hallo|guten (?:tag|morgen|abend)|sehr geehrte[rs]?|liebe[rs]?|danke|vielen dank|viele grüße|mit freundlichen grüßen"
                    + "|mfg|lg|bonjour|bonsoir|salut|cher|chère|merci|cordialement|bien à vous|hola|buenos días|buenas tardes|estimad[oa]s?|gracias"
                    + "|saludos|un saludo|ciao|buongiorno|grazie|cordiali saluti|olá|obrigad[oa])(?:$|[\\s,.!:])"
                    + "|^(?:to|from|cc|date|sent|an|von|datum|de|à|para|fecha)\\s*:",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

    /** One word alone on its line is a signature more often than a statement. */
    private static final Pattern NAME = Pattern.compile("\\p{IsLatin}{1,20}[,.!]?");

    private SmallTalk() {}

    /** Whether a sentence is small talk, by its first words and its length. */
    public static boolean is(String sentence) {
        return (OPENING.matcher(sentence).find() && Words.count(sentence) <= WORDS_MAX)
                || NAME.matcher(sentence).matches();
    }
}
