package io.npuq.worker.llm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.w3c.dom.Element;

/** The words of a detokenizer's graph, as bytes, by token id. */
final class Vocabulary {
    private static final byte[] NONE = {};

    /** Operations that only look words up and put them one behind the other. */
    private static final Set<String> PLAIN = Set.of(
            "Parameter",
            "Const",
            "Convert",
            "Slice",
            "VocabDecoder",
            "FuzeRagged",
            "UTF8Validate",
            "StringTensorPack",
            "Result");

    private final boolean plain;
    private final int[] begins;
    private final int[] ends;
    private final byte[] bytes;

    private Vocabulary(boolean plain, int[] begins, int[] ends, byte[] bytes) {
        this.plain = plain;
        this.begins = begins;
        this.ends = ends;
        this.bytes = bytes;
    }

    /** Empty where the graph keeps its vocabulary in another way. */
    static Optional<Vocabulary> of(ModelDirectory model) throws IOException {
        IrGraph graph = IrGraph.read(model.file("openvino_detokenizer.xml"));
        Optional<Element> decoder = graph.layers("VocabDecoder").findFirst();
        if (decoder.isEmpty() || !areConstants(graph, decoder.get())) {
            return Optional.empty();
        }
        Path bin = model.file("openvino_detokenizer.bin");
        return Optional.of(new Vocabulary(
                graph.layerTypes().allMatch(PLAIN::contains),
                ints(read(graph, decoder.get(), "1", bin)),
                ints(read(graph, decoder.get(), "2", bin)),
                read(graph, decoder.get(), "3", bin).array()));
    }

    private static boolean areConstants(IrGraph graph, Element decoder) {
        return Stream.of("1", "2", "3")
                .allMatch(port ->
                        graph.sourceOf(decoder, port).getAttribute("type").equals("Const"));
    }

    private static ByteBuffer read(IrGraph graph, Element decoder, String port, Path bin) throws IOException {
        return IrConst.of(graph.sourceOf(decoder, port)).read(bin, Integer.MAX_VALUE);
    }

    private static int[] ints(ByteBuffer buffer) {
        int[] ints = new int[buffer.remaining() / Integer.BYTES];
        buffer.asIntBuffer().get(ints);
        return ints;
    }

    /** Whether the graph makes a text of nothing but its words. */
    boolean isPlain() {
        return plain;
    }

    int size() {
        return begins.length;
    }

    /** The token's word; empty for one that the vocabulary does not have. */
    byte[] word(int token) {
        return token < begins.length ? Arrays.copyOfRange(bytes, begins[token], ends[token]) : NONE;
    }
}
