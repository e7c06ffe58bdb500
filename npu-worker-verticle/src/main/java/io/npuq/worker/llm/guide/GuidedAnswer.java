package io.npuq.worker.llm.guide;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Runs a guide on a model. The text is composed here; tokens only tell the model what stands there, so that the answer is whole whatever
 * the tokenizer makes of it. Fixed text waits on a line until the model is asked again: what stands around a choice is tokenized together
 * with it, as the model itself would write it.
 */
public final class GuidedAnswer {
    /** The answer's rest may take this many tokens more than its shortest form says, where texts and tokens meet. */
    private static final int SPARE_TOKENS = 4;

    /** For picks that are not the first of a choice. */
    private static final int NO_PART = -1;

    private final Guide guide;
    private final Voice voice;
    /** Text that is decided, but not yet wholly fed. */
    private String line = "";
    /** How much of the line is sent already, in characters. */
    private int sent;
    /** The tokens that were fed of the line. */
    private int[] fed = {};

    /** One answer; run it once. */
    public GuidedAnswer(Guide guide, Voice voice) {
        this.guide = guide;
        this.voice = voice;
    }

    /**
     * Generates the answer.
     *
     * @return whether it came to its end; if not, the token bound or a cancel cut it off
     */
    public boolean run() {
        for (int i = 0; i < guide.parts().size(); i++) {
            if (!write(i)) {
                sendFed();
                return false;
            }
        }
        if (!feedLine()) {
            sendFed();
            return false;
        }
        return true;
    }

    private boolean write(int at) {
        Part part = guide.parts().get(at);
        if (part instanceof Part.Fixed fixed) {
            line += fixed.json();
            return true;
        }
        if (part instanceof Part.Choice choice) {
            String behind = guide.fixedAfter(at);
            return choose(
                            choice.options().stream()
                                    .map(option -> new Option(option, behind))
                                    .toList(),
                            choice.isOfStrings() ? at : NO_PART)
                    >= 0;
        }
        if (part instanceof Part.Text text) {
            line += '"';
            return writeContent(text, voice.tokens('"' + guide.shortestAfter(at)).length);
        }
        return writePicks((Part.Picks) part, at);
    }

    private boolean writePicks(Part.Picks picks, int at) {
        Option end = new Option("]", guide.fixedAfter(at));
        int rest = voice.tokens("]" + guide.shortestAfter(at)).length;
        List<String> open = new ArrayList<>(picks.options());
        String opening = "[";
        for (int items = 0; ; items++) {
            List<String> fitting = items < picks.itemsMax() ? fitting(open, opening, rest) : List.of();
            if (fitting.isEmpty()) {
                line += items == 0 ? "[]" : "]";
                return true;
            }
            String before = opening;
            List<Option> options = new ArrayList<>(
                    fitting.stream().map(item -> new Option(before + item, "")).toList());
            options.add(items == 0 ? new Option("[]", end.behind()) : end);
            int chosen = choose(options, NO_PART);
            if (chosen < 0 || chosen == fitting.size()) {
                return chosen >= 0;
            }
            open.remove(fitting.get(chosen));
            opening = ", ";
        }
    }

    /** The options that leave room for the rest of the answer. */
    private List<String> fitting(List<String> options, String opening, int rest) {
        int room = voice.tokensLeft() - voice.tokens(line).length + fed.length - rest - SPARE_TOKENS;
        return options.stream()
                .filter(option -> voice.tokens(opening + option).length <= room)
                .toList();
    }

    /**
     * A text that may come next.
     *
     * @param text what is written when it is chosen
     * @param behind what will follow it, so that it is tokenized as it will stand
     */
    private record Option(String text, String behind) {}

    /** Lets the model choose, token by token; the chosen text is then on the line. Answers its index, or -1 when cut off. */
    private int choose(List<Option> options, int part) {
        List<int[]> paths = options.stream()
                .map(option -> lineTokens(option.text() + option.behind()))
                .toList();
        int[] open = IntStream.range(0, paths.size()).toArray();
        while (open.length > 1) {
            int depth = sharedDepth(paths, open);
            if (!feed(paths.get(open[0]), depth)) {
                return -1;
            }
            open = pickBranch(paths, open, depth, open.length == paths.size() ? part : NO_PART);
        }
        if (open.length == 0) {
            return -1;
        }
        line += options.get(open[0]).text();
        return open[0];
    }

    /** The options that go on with the token that the model picks; none when it was cancelled. */
    private int[] pickBranch(List<int[]> paths, int[] open, int depth, int part) {
        int token = voice.pick(
                part, candidate -> Arrays.stream(open).anyMatch(i -> leadsOn(paths.get(i), depth, candidate)));
        return Arrays.stream(open)
                .filter(i -> leadsOn(paths.get(i), depth, token))
                .toArray();
    }

    /** A path that is at its end is the choice of a model that ends its turn there. */
    private boolean leadsOn(int[] path, int depth, int token) {
        return depth < path.length ? path[depth] == token : token >= 0 && voice.endsTurn(token);
    }

    private static int sharedDepth(List<int[]> paths, int[] open) {
        int depth = paths.get(open[0]).length;
        for (int i : open) {
            int mismatch = Arrays.mismatch(paths.get(open[0]), paths.get(i));
            depth = mismatch < 0 ? depth : Math.min(depth, mismatch);
        }
        return depth;
    }

    private boolean writeContent(Part.Text text, int rest) {
        if (!feedLine()) {
            return false;
        }
        JsonString content = new JsonString();
        int room = Math.max(1, Math.min(text.tokensMax(), voice.tokensLeft() - rest - SPARE_TOKENS));
        for (int i = 0; i < room; i++) {
            if (voice.tokensLeft() == 0) {
                return false;
            }
            int token = voice.pick(candidate -> isAllowed(candidate, content, text));
            if (token < 0) {
                return false;
            }
            if (voice.endsTurn(token)) {
                break;
            }
            byte[] bytes = voice.bytes(token);
            int end = content.untilEnd(bytes);
            if (content.goesTooFarWith(bytes, end)) {
                break;
            }
            String whole = content.add(bytes, end);
            voice.send(whole);
            if (end < bytes.length) {
                // What the token holds before the quote goes in with the text behind it; the token itself is not fed.
                line = whole;
                sent = whole.length();
                break;
            }
            voice.feed(token);
        }
        line += '"';
        return true;
    }

    private boolean isAllowed(int token, JsonString content, Part.Text text) {
        boolean mayEnd = text.mayBeEmpty() || !content.isEmpty();
        if (voice.endsTurn(token)) {
            return mayEnd;
        }
        byte[] bytes = voice.bytes(token);
        if (content.wouldBeginWith(text.never(), bytes)) {
            return false;
        }
        return switch (content.look(bytes)) {
            case GOES_ON -> true;
            case ENDS -> mayEnd || content.untilEnd(bytes) > 0;
            case BREAKS -> false;
        };
    }

    /** Feeds and sends the whole line. */
    private boolean feedLine() {
        int[] tokens = lineTokens("");
        if (!feed(tokens, tokens.length)) {
            return false;
        }
        voice.send(line.substring(sent));
        line = "";
        sent = 0;
        fed = new int[0];
        return true;
    }

    /** The tokens of the line with more text behind it. They begin with those that were fed. */
    private int[] lineTokens(String more) {
        int[] tokens = voice.tokens(line + more);
        boolean goesOn = fed.length <= tokens.length && Arrays.equals(fed, 0, fed.length, tokens, 0, fed.length);
        if (goesOn) {
            return tokens;
        }
        // The text behind changed how the end of the fed part would be cut into tokens: go on from where that ends.
        int[] rest = voice.tokens((line + more).substring(Math.min(fedText().length(), line.length())));
        return IntStream.concat(Arrays.stream(fed), Arrays.stream(rest)).toArray();
    }

    /** Feeds the first tokens of the line, as far as the bound lets them in. */
    private boolean feed(int[] tokens, int count) {
        int wanted = count - fed.length;
        int[] next = Arrays.copyOfRange(tokens, fed.length, fed.length + Math.min(wanted, voice.tokensLeft()));
        voice.feed(next);
        fed = Arrays.copyOf(tokens, fed.length + next.length);
        return next.length == wanted;
    }

    /** On a cut, what was fed of the line is still part of the answer. */
    private void sendFed() {
        String text = fedText();
        if (text.length() > sent) {
            voice.send(text.substring(sent));
        }
    }

    private String fedText() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int token : fed) {
            bytes.writeBytes(voice.bytes(token));
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
