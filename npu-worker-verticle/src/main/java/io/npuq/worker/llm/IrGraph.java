package io.npuq.worker.llm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** An IR's XML: layers, edges between their ports, and what the exporter noted in {@code rt_info}. */
final class IrGraph {
    private final Document document;

    private IrGraph(Document document) {
        this.document = document;
    }

    /**
     * Reads the file.
     *
     * @throws IOException when it is no XML
     */
    static IrGraph read(Path xml) throws IOException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            var builder = factory.newDocumentBuilder();
            // Without a handler the parser prints to the terminal.
            builder.setErrorHandler(null);
            try (var in = Files.newInputStream(xml)) {
                return new IrGraph(builder.parse(in));
            }
        } catch (SAXException e) {
            throw new IOException(xml + " is not the XML of an OpenVINO model: " + e.getMessage(), e);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("the JDK's XML parser lacks a feature", e);
        }
    }

    Document document() {
        return document;
    }

    Element layersElement() {
        return child(document.getDocumentElement(), "layers").orElseThrow();
    }

    Element edgesElement() {
        return child(document.getDocumentElement(), "edges").orElseThrow();
    }

    Stream<String> layerTypes() {
        return children(layersElement(), "layer").stream().map(layer -> layer.getAttribute("type"));
    }

    Stream<Element> layers(String type) {
        return children(layersElement(), "layer").stream()
                .filter(layer -> layer.getAttribute("type").equals(type));
    }

    Element layer(String id) {
        return children(layersElement(), "layer").stream()
                .filter(layer -> layer.getAttribute("id").equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** The edge that ends at that port. */
    Element edgeInto(String layer, String port) {
        return children(edgesElement(), "edge").stream()
                .filter(edge -> edge.getAttribute("to-layer").equals(layer)
                        && edge.getAttribute("to-port").equals(port))
                .findFirst()
                .orElseThrow();
    }

    /** The layer whose output feeds that port. */
    Element sourceOf(Element layer, String port) {
        return layer(edgeInto(layer.getAttribute("id"), port).getAttribute("from-layer"));
    }

    /** The sizes of an input port's axes; -1 where dynamic. */
    List<Integer> inputDims(Element layer, String port) {
        return child(layer, "input").stream()
                .flatMap(input -> children(input, "port").stream())
                .filter(p -> p.getAttribute("id").equals(port))
                .flatMap(p -> children(p, "dim").stream())
                .map(dim -> Integer.valueOf(dim.getTextContent().strip()))
                .toList();
    }

    /** The value at that path under {@code rt_info}. */
    Optional<String> rtInfo(String... path) {
        Optional<Element> element = child(document.getDocumentElement(), "rt_info");
        for (String name : path) {
            element = element.flatMap(parent -> child(parent, name));
        }
        return element.map(found -> found.getAttribute("value")).filter(value -> !value.isEmpty());
    }

    static Optional<Element> child(Element parent, String name) {
        return children(parent, name).stream().findFirst();
    }

    static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }
        return found;
    }
}
