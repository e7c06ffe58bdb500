package io.npuq.schema.shape;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A schema and where it stands.
 *
 * @param path as errors name it
 * @param name the last step to it
 */
record SchemaAt(String path, String name, JsonNode node) {
    /** Names are the client's own: only so much of one is repeated, and only printable ASCII. */
    private static final int ECHO_CHARS_MAX = 64;

    SchemaAt(String path, JsonNode node) {
        this(path, path, node);
    }

    boolean has(String word) {
        return node.has(word);
    }

    boolean isFalse() {
        return node.isBoolean() && !node.booleanValue();
    }

    Stream<String> keywords() {
        return StreamSupport.stream(((Iterable<String>) node::fieldNames).spliterator(), false);
    }

    SchemaAt child(String word) {
        return new SchemaAt(path + "." + word, word, node.path(word));
    }

    /** The schemas of an array that must not be empty. */
    List<SchemaAt> elements(String word) {
        JsonNode array = node.path(word);
        checkWord(word, array.isArray() && !array.isEmpty(), "must be an array that is not empty");
        List<SchemaAt> elements = new ArrayList<>();
        array.forEach(
                element -> elements.add(new SchemaAt(path + "." + word + "[" + elements.size() + "]", word, element)));
        return elements;
    }

    /** The values of an object, in order; none when it is not there. */
    List<SchemaAt> members(String word) {
        checkWord(word, !has(word) || node.path(word).isObject(), "must be an object");
        return node.path(word).properties().stream()
                .map(member -> new SchemaAt(
                        path + "." + word + "." + echo(member.getKey()), member.getKey(), member.getValue()))
                .toList();
    }

    List<String> texts(String word) {
        JsonNode array = node.path(word);
        checkWord(word, array.isArray(), "must be an array of strings");
        List<String> texts = new ArrayList<>();
        array.forEach(element -> {
            checkWord(word, element.isTextual() && !texts.contains(element.textValue()), "must be strings, none twice");
            texts.add(element.textValue());
        });
        return texts;
    }

    List<String> textOrTexts(String word) {
        List<String> texts =
                node.path(word).isTextual() ? List.of(node.path(word).textValue()) : texts(word);
        checkWord(word, !texts.isEmpty(), "must not be empty");
        return texts;
    }

    /** A whole number that is not negative. */
    int count(String word, int otherwise) {
        JsonNode value = node.path(word);
        checkWord(
                word,
                !has(word) || (value.isInt() && value.intValue() >= 0),
                "must be a whole number from 0 to " + Integer.MAX_VALUE);
        return value.asInt(otherwise);
    }

    /** What its {@code $ref} leads to, in the same document. */
    SchemaAt target(SchemaAt root) {
        JsonNode ref = node.path("$ref");
        boolean local = ref.isTextual()
                && (ref.textValue().equals("#") || ref.textValue().startsWith("#/"));
        checkWord("$ref", local, "must lead into the schema itself, such as #/$defs/NAME");
        String pointer = ref.textValue().substring(1);
        JsonNode target = root.node.at(JsonPointer.compile(pointer));
        checkWord("$ref", !target.isMissingNode(), "leads nowhere");
        return new SchemaAt(root.path + echo(pointer.replace('/', '.')), pointer, target);
    }

    void check(boolean valid, String what) {
        InvalidInputException.check(valid, path, path + " " + what);
    }

    void checkWord(String word, boolean valid, String what) {
        String field = path + "." + echo(word);
        InvalidInputException.check(valid, field, field + " " + what);
    }

    private static String echo(String text) {
        StringBuilder safe = new StringBuilder();
        text.chars().limit(ECHO_CHARS_MAX).forEach(c -> safe.append(c < ' ' || c > '~' ? '?' : (char) c));
        return safe.toString();
    }
}
