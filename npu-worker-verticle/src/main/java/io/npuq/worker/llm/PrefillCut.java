package io.npuq.worker.llm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * Gives a graph that computes logits for a prompt's last position only. An exported model computes them for every position: for a prompt
 * of 1,000 tokens and a vocabulary of 49,152 that is a tensor of 196 MB, and time lost. A Gather of position -1 in front of the last
 * MatMul cures both. The C library cannot edit a graph, so its XML is edited and read with the original weights.
 */
final class PrefillCut {
    /** Constants worth looking into for the two numbers that the Gather needs, in bytes. */
    private static final int CONST_BYTES_MAX = 4_096;

    private final IrGraph graph;
    private final Path bin;

    private PrefillCut(IrGraph graph, Path bin) {
        this.graph = graph;
        this.bin = bin;
    }

    /**
     * The graph to read: one with the cut, in the cache, or the model's own where its shape is not the usual one.
     *
     * @param digest names the file in the cache, so that it is edited once
     */
    static Path apply(ModelDirectory model, String digest, Path cacheDir) throws IOException {
        Path target = cacheDir.resolve("last-position-" + digest + ".xml");
        if (Files.exists(target)) {
            return target;
        }
        PrefillCut cut = new PrefillCut(IrGraph.read(model.modelXml()), model.modelBin());
        if (!cut.edit()) {
            return model.modelXml();
        }
        write(cut.graph.document(), target);
        return target;
    }

    private boolean edit() throws IOException {
        Optional<Element> matMul = lastMatMul();
        OptionalLong minusOne = findInteger(-1);
        OptionalLong one = findInteger(1);
        if (matMul.isEmpty() || minusOne.isEmpty() || one.isEmpty()) {
            return false;
        }
        insertGather(matMul.get(), minusOne.getAsLong(), one.getAsLong());
        return true;
    }

    /** The MatMul that makes the logits from hidden states of shape [batch, positions, hidden]. */
    private Optional<Element> lastMatMul() {
        return graph.layers("Result")
                .filter(result ->
                        List.of(result.getAttribute("output_names").split(",")).contains("logits"))
                .map(result -> graph.sourceOf(result, "0"))
                .filter(layer -> layer.getAttribute("type").equals("MatMul"))
                .filter(layer -> {
                    List<Integer> dims = graph.inputDims(layer, "0");
                    return dims.size() == 3 && dims.get(1) == -1 && dims.get(2) > 0;
                })
                .findFirst();
    }

    /** Where the .bin holds that number as eight bytes: a new constant may point there. */
    private OptionalLong findInteger(long wanted) throws IOException {
        for (Element layer : graph.layers("Const").toList()) {
            IrConst constant = IrConst.of(layer);
            if (!constant.type().equals("i64") || constant.size() > CONST_BYTES_MAX) {
                continue;
            }
            ByteBuffer content = constant.read(bin, CONST_BYTES_MAX);
            while (content.remaining() >= Long.BYTES) {
                int at = content.position();
                if (content.getLong() == wanted) {
                    return OptionalLong.of(constant.offset() + at);
                }
            }
        }
        return OptionalLong.empty();
    }

    private void insertGather(Element matMul, long minusOneAt, long oneAt) {
        Element edge = graph.edgeInto(matMul.getAttribute("id"), "0");
        int id = nextId();
        int hidden = graph.inputDims(matMul, "0").get(2);
        append(constant(id, "npuq_last_position", "1", minusOneAt));
        append(constant(id + 1, "npuq_position_axis", "", oneAt));
        append(gather(id + 2, hidden));
        connect(edge.getAttribute("from-layer"), edge.getAttribute("from-port"), id + 2, "0");
        connect(String.valueOf(id), "0", id + 2, "1");
        connect(String.valueOf(id + 1), "0", id + 2, "2");
        edge.setAttribute("from-layer", String.valueOf(id + 2));
        edge.setAttribute("from-port", "3");
    }

    private int nextId() {
        return 1
                + IrGraph.children(graph.layersElement(), "layer").stream()
                        .mapToInt(layer -> Integer.parseInt(layer.getAttribute("id")))
                        .max()
                        .orElseThrow();
    }

    private void append(Element layer) {
        graph.layersElement().appendChild(layer);
    }

    private void connect(String fromLayer, String fromPort, int toLayer, String toPort) {
        Element edge = graph.document().createElement("edge");
        edge.setAttribute("from-layer", fromLayer);
        edge.setAttribute("from-port", fromPort);
        edge.setAttribute("to-layer", String.valueOf(toLayer));
        edge.setAttribute("to-port", toPort);
        graph.edgesElement().appendChild(edge);
    }

    private Element constant(int id, String name, String shape, long offset) {
        Element layer = layer(id, name, "Const", "opset1");
        Element data = add(layer, "data");
        data.setAttribute("element_type", "i64");
        data.setAttribute("shape", shape);
        data.setAttribute("offset", String.valueOf(offset));
        data.setAttribute("size", String.valueOf(Long.BYTES));
        port(add(layer, "output"), "0", "I64", shape.isEmpty() ? List.of() : List.of(1));
        return layer;
    }

    private Element gather(int id, int hidden) {
        Element layer = layer(id, "npuq_last_hidden_state", "Gather", "opset8");
        add(layer, "data").setAttribute("batch_dims", "0");
        Element input = add(layer, "input");
        port(input, "0", "FP32", List.of(-1, -1, hidden));
        port(input, "1", "I64", List.of(1));
        port(input, "2", "I64", List.of());
        port(add(layer, "output"), "3", "FP32", List.of(-1, 1, hidden));
        return layer;
    }

    private Element layer(int id, String name, String type, String version) {
        Element layer = graph.document().createElement("layer");
        layer.setAttribute("id", String.valueOf(id));
        layer.setAttribute("name", name);
        layer.setAttribute("type", type);
        layer.setAttribute("version", version);
        return layer;
    }

    private void port(Element parent, String id, String precision, List<Integer> dims) {
        Element port = add(parent, "port");
        port.setAttribute("id", id);
        port.setAttribute("precision", precision);
        dims.forEach(dim -> add(port, "dim").setTextContent(String.valueOf(dim)));
    }

    private Element add(Element parent, String name) {
        Element child = graph.document().createElement(name);
        parent.appendChild(child);
        return child;
    }

    /** Whole or not at all: another process may look at the same cache. */
    private static void write(Document document, Path target) throws IOException {
        Path partial = Files.createTempFile(target.toAbsolutePath().getParent(), "last-position-", ".partial");
        try (var out = Files.newOutputStream(partial)) {
            TransformerFactory.newInstance().newTransformer().transform(new DOMSource(document), new StreamResult(out));
        } catch (TransformerException e) {
            throw new IOException("cannot write " + partial + ": " + e.getMessage(), e);
        }
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
