package io.npuq.worker.builtin;

import io.npuq.worker.prompt.AnswerShape;
import io.npuq.worker.text.Sentence;
import io.npuq.worker.text.Sentences;
import io.npuq.worker.text.Words;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Titles and summaries out of a text's own sentences, ranked once. */
final class Extracts {
    private static final int PARAGRAPH_SENTENCES_MAX = 3;
    /** A heading this far down is of a part, not of the text. */
    private static final int HEADING_AMONG = 3;
    /** For a text without any letter, digit or symbol that could name it. */
    private static final String UNTITLED = "untitled";

    /** One sentence of the summary for so many of the text. */
    private static final int SENTENCES_EACH = 3;
    /** Two sentences that share more of their words than this say the same. */
    private static final double SAME = 0.6;

    private static final Pattern SUBJECT = Pattern.compile(
            "(?i)^(?:subject|betreff|objet|asunto|oggetto|assunto|onderwerp|件名|主题|title|titel)\\s*[:：]\\s*(\\S.*)$",
            Pattern.UNICODE_CASE);
    private static final Pattern REPLY =
            Pattern.compile("^(?:(?:re|fwd?|aw|wg|tr)\\s*:\\s*)+", Pattern.CASE_INSENSITIVE);
    private static final Pattern CLAUSE = Pattern.compile("[,;:：](?:\\s+|$)|[、，；]|\\s[-–—]\\s");
    /** What logging writes before the message: times, levels, hosts, programs with their process number. */
    private static final Pattern LOG_HEAD = Pattern.compile(
            "^(?:\\[?\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d\\S*\\s+|\\[?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}\\d{1,2} \\d\\d:\\d\\d\\S* \\S+ )"
                    + "(?:\\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)\\]?:?\\s+)?(?:[\\w./@-]+(?:\\[\\d+\\])?: (?:\\[[\\d. ]+\\] )?)?");

    private final String text;
    private final List<Sentence> sentences;
    private final double[] scores;

    Extracts(String text) {
        this.text = text;
        this.sentences = Sentences.of(text).stream()
                .limit(TextRank.SENTENCES_MAX)
                .map(Extracts::bare)
                .filter(s -> !s.text().isEmpty())
                .toList();
        this.scores = TextRank.scores(sentences);
    }

    /** Without what a log or a mail program wrote in front; a subject is a heading. */
    private static Sentence bare(Sentence sentence) {
        Matcher subject = SUBJECT.matcher(sentence.text());
        return subject.matches()
                ? new Sentence(subject.group(1).strip(), false, true)
                : new Sentence(
                        LOG_HEAD.matcher(sentence.text()).replaceFirst("").strip(),
                        sentence.bullet(),
                        sentence.heading());
    }

    List<Sentence> sentences() {
        return sentences;
    }

    /** The best sentence; the text itself, on one line, where there is none. */
    String best() {
        return byRank().findFirst()
                .map(i -> sentences.get(i).text())
                .orElseGet(() -> text.strip().replaceAll("\\s+", " "));
    }

    /** A subject line or a heading of the text where it has one, else the best clause of its best sentence. */
    String title() {
        Optional<String> heading = sentences.stream()
                .limit(HEADING_AMONG)
                .filter(s -> s.heading() && Words.count(s.text()) > 1)
                .map(s -> REPLY.matcher(s.text()).replaceFirst(""))
                .findFirst();
        String title = AnswerShape.title(heading.orElseGet(() -> clause(best())));
        return title.isEmpty() ? UNTITLED : title;
    }

    /** Sentences in their order, or bullets where the text is a list; at most so many words. */
    String summary(int words) {
        List<Integer> ranked = byRank().filter(i -> !sentences.get(i).heading()).toList();
        if (ranked.isEmpty()) {
            return Words.firstChars(Words.first(best(), words), AnswerShape.SUMMARY_CHARS_MAX);
        }
        boolean list = ranked.stream().filter(i -> sentences.get(i).bullet()).count() * 2 > ranked.size();
        int most = list
                ? AnswerShape.SUMMARY_BULLETS_MAX
                : Math.min(PARAGRAPH_SENTENCES_MAX, (ranked.size() + SENTENCES_EACH - 1) / SENTENCES_EACH);
        List<String> chosen = choose(ranked, most, words);
        boolean bullets = list && chosen.size() > 1;
        String summary =
                bullets ? chosen.stream().map(s -> "- " + s).collect(Collectors.joining("\n")) : paragraph(chosen);
        return Words.firstChars(summary, AnswerShape.SUMMARY_CHARS_MAX);
    }

    /** A log line or a chat line has no full stop; before another it needs one. Scripts without blanks have none between sentences. */
    private static String paragraph(List<String> sentences) {
        StringBuilder out = new StringBuilder();
        for (String sentence : sentences) {
            if (!out.isEmpty()) {
                boolean ended = Sentences.endsSentence(out.toString());
                boolean wide = "。！？".indexOf(out.charAt(out.length() - 1)) >= 0;
                out.append(ended ? "" : ".").append(wide ? "" : " ");
            }
            out.append(sentence);
        }
        return out.toString();
    }

    private List<String> choose(List<Integer> ranked, int most, int words) {
        List<Integer> chosen = new ArrayList<>();
        int left = words;
        for (int i : ranked) {
            int size = Words.count(sentences.get(i).text());
            boolean first = chosen.isEmpty();
            if (chosen.size() < most
                    && (first || size <= left)
                    && chosen.stream().noneMatch(j -> same(i, j))) {
                chosen.add(i);
                left -= size;
            }
        }
        String only = sentences.get(chosen.get(0)).text();
        return chosen.size() == 1
                ? List.of(Words.first(only, words))
                : chosen.stream().sorted().map(i -> sentences.get(i).text()).toList();
    }

    private boolean same(int i, int j) {
        if (sentences.get(i).text().equals(sentences.get(j).text())) {
            return true;
        }
        Set<String> left = new HashSet<>(Words.terms(sentences.get(i).text()));
        Set<String> right = new HashSet<>(Words.terms(sentences.get(j).text()));
        int smaller = Math.min(left.size(), right.size());
        left.retainAll(right);
        return left.size() > SAME * smaller;
    }

    /** Of the clauses of a sentence, cut to a title's length, the first with most words of meaning. */
    private static String clause(String sentence) {
        if (Words.count(sentence) <= AnswerShape.TITLE_WORDS_MAX) {
            return sentence;
        }
        String best = sentence;
        long most = 0;
        for (String clause : CLAUSE.split(sentence, -1)) {
            String title = AnswerShape.title(clause);
            long meaning = meaning(title);
            if (meaning > most) {
                most = meaning;
                best = title;
            }
        }
        return best;
    }

    private static long meaning(String clause) {
        return Words.terms(clause).stream()
                .distinct()
                .filter(word -> !StopWords.contains(word))
                .count();
    }

    private Stream<Integer> byRank() {
        // Equal scores keep the text's order: the sort is stable.
        return IntStream.range(0, scores.length).boxed().sorted(Comparator.comparingDouble(i -> -scores[i]));
    }
}
