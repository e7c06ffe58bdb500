package io.npuq.worker.llm.guide;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** A model of a few words that wants to say what the test tells it, and a tokenizer that takes the longest word it knows. */
final class ScriptedVoice implements Voice {
    static final String END = "<end>";
    static final String CANCEL = "<cancel>";

    private final List<byte[]> words = new ArrayList<>();
    private final Deque<String> wishes = new ArrayDeque<>();
    private final List<String> sent = new ArrayList<>();
    private final StringBuilder fed = new StringBuilder();
    private final int tokensMax;
    private int tokens;
    private int picks;
    private boolean addsABlank;
    private final List<String> fedTokens = new ArrayList<>();

    /** Knows every ASCII character by itself, and these words besides. */
    ScriptedVoice(int tokensMax, String... words) {
        this.tokensMax = tokensMax;
        for (char c = ' '; c < 0x7F; c++) {
            this.words.add(utf8(String.valueOf(c)));
        }
        for (String word : words) {
            this.words.add(utf8(word));
        }
    }

    /** What the model would like to say next, token by token; a wish that is not allowed is passed over. */
    ScriptedVoice wishing(String... tokens) {
        wishes.addAll(List.of(tokens));
        return this;
    }

    /** The same by id. */
    ScriptedVoice wishingIds(int... tokens) {
        for (int token : tokens) {
            wishes.add("#" + token);
        }
        return this;
    }

    /** A tokenizer that puts a blank before each text, as some do. */
    ScriptedVoice addingABlank() {
        addsABlank = true;
        return this;
    }

    void know(byte[] word) {
        words.add(word);
    }

    String text() {
        return String.join("", sent);
    }

    String fed() {
        return fed.toString();
    }

    int tokenCount() {
        return tokens;
    }

    @Override
    public int[] tokens(String whole) {
        String text = (addsABlank ? " " : "") + whole;
        List<Integer> found = new ArrayList<>();
        for (int at = 0; at < text.length(); ) {
            int token = longestAt(text, at);
            found.add(token);
            at += new String(words.get(token), StandardCharsets.UTF_8).length();
        }
        return found.stream().mapToInt(Integer::intValue).toArray();
    }

    private int longestAt(String text, int at) {
        return IntStream.range(0, words.size())
                .filter(i -> text.startsWith(new String(words.get(i), StandardCharsets.UTF_8), at))
                .boxed()
                .max((a, b) -> Integer.compare(words.get(a).length, words.get(b).length))
                .orElseThrow();
    }

    @Override
    public byte[] bytes(int token) {
        return endsTurn(token) ? new byte[0] : words.get(token);
    }

    @Override
    public boolean endsTurn(int token) {
        return token == words.size();
    }

    @Override
    public int tokensLeft() {
        return tokensMax - tokens;
    }

    @Override
    public void feed(int... more) {
        tokens += more.length;
        for (int token : more) {
            fedTokens.add(new String(bytes(token), StandardCharsets.UTF_8));
            fed.append(new String(bytes(token), StandardCharsets.UTF_8));
        }
    }

    @Override
    public int pick(IntPredicate allowed) {
        picks++;
        while (!wishes.isEmpty()) {
            String wish = wishes.remove();
            if (wish.equals(CANCEL)) {
                return CANCELLED;
            }
            int token = idOf(wish);
            if (allowed.test(token)) {
                return token;
            }
        }
        return IntStream.rangeClosed(0, words.size())
                .map(i -> words.size() - i)
                .filter(allowed)
                .findFirst()
                .orElseThrow();
    }

    private int idOf(String word) {
        if (word.length() > 1 && word.charAt(0) == '#') {
            return Integer.parseInt(word.substring(1));
        }
        return word.equals(END)
                ? words.size()
                : IntStream.range(0, words.size())
                        .filter(i -> new String(words.get(i), StandardCharsets.ISO_8859_1)
                                .equals(new String(utf8(word), StandardCharsets.ISO_8859_1)))
                        .findFirst()
                        .orElseThrow();
    }

    List<String> fedTokens() {
        return fedTokens;
    }

    int picks() {
        return picks;
    }

    @Override
    public void send(String text) {
        sent.add(text);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
