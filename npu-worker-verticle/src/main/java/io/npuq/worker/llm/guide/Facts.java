package io.npuq.worker.llm.guide;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.npuq.worker.text.Sentence;
import io.npuq.worker.text.Sentences;
import io.npuq.worker.text.SmallTalk;
import io.npuq.worker.text.Words;
import java.util.List;

/** The sentences of a text that may be picked as candidates: its own words, without headings and small talk, each once, as JSON strings. */
final class Facts {
    /** Longest candidate, in characters; a longer sentence ends before the word that does not fit. */
    static final int CHARS_MAX = 160;

    /** Most sentences that are offered: each is put into tokens for every pick. */
    static final int SENTENCES_MAX = 48;

    /** A single word is no fact. */
    private static final int WORDS_MIN = 2;

    private Facts() {}

    static List<String> of(String text) {
        return Sentences.of(text).stream()
                .filter(Facts::saysSomething)
                .map(sentence -> shortened(sentence.text()))
                .distinct()
                .limit(SENTENCES_MAX)
                .map(fact -> '"' + new String(JsonStringEncoder.getInstance().quoteAsString(fact)) + '"')
                .toList();
    }

    private static boolean saysSomething(Sentence sentence) {
        return !sentence.heading() && !SmallTalk.is(sentence.text()) && Words.count(sentence.text()) >= WORDS_MIN;
    }

    private static String shortened(String sentence) {
        String cut = Words.firstChars(sentence, CHARS_MAX);
        int space = cut.lastIndexOf(' ');
        return cut.equals(sentence) || space < CHARS_MAX / 2 || sentence.charAt(cut.length()) == ' '
                ? cut
                : cut.substring(0, space);
    }
}
