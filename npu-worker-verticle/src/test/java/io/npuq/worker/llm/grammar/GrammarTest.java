package io.npuq.worker.llm.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.npuq.schema.Json;
import io.npuq.schema.shape.JsonShape;
import io.npuq.schema.shape.JsonShapes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GrammarTest {
    /** A schema, documents that it allows, and documents that it does not; all with ' for ". */
    record Table(String schema, List<String> yes, List<String> no) {}

    static Stream<Table> tables() {
        return Stream.of(
                new Table(
                        "{'type':'object'}",
                        List.of(
                                "{}",
                                "{'a': 1}",
                                "{'a': [], 'b': {}}",
                                "{'a': {'a': {'a': [[1, -2.5e+10, 'x', true, false, null]]}}}",
                                "{'é': '日本'}",
                                "{\n  'a': 1\n}",
                                "{\n    'a': 1,\n    'b': []\n}",
                                "{\n  'a': [\n    {\n      'b': {}\n    },\n    2\n  ]\n}"),
                        List.of(
                                "",
                                "{",
                                "{ }",
                                "[]",
                                "1",
                                "{}x",
                                "{'a':1}",
                                "{'a': 1 }",
                                "{'a': 1,'b': 2}",
                                "{'a': 1, }",
                                "{'a': 1, 'a': 2}",
                                "{'a': 1, 'b': 2, 'a': 3}",
                                "{'': 1}",
                                "{'\\n': 1}",
                                "{a: 1}",
                                "{'a': }",
                                "{'a': 01}",
                                "{'a': tru}",
                                "{'a': [1,2]}",
                                "{'a': [1, ]}",
                                "{\n}",
                                "{\n 'a': 1\n}",
                                "{\n   'a': 1\n}",
                                "{\n\n  'a': 1\n}",
                                "{\n  'a': 1}",
                                "{\n  'a': 1, 'b': 2\n}",
                                "{\n  'a': [1]\n}",
                                "{\n  'a': [\n      1\n  ]\n}",
                                "{'a': [\n  1\n]}",
                                "{\n  'a': 1\n} ")),
                new Table(
                        "{'properties':{'a':{'type':'integer'},'b':{'type':'string'},'c':{'type':'boolean'}},'required':['b']}",
                        List.of(
                                "{'b': ''}",
                                "{'a': 1, 'b': 'x'}",
                                "{'a': -10, 'b': 'x', 'c': true}",
                                "{'b': 'x', 'c': false}"),
                        List.of(
                                "{}",
                                "{'a': 1}",
                                "{'b': 'x', 'a': 1}",
                                "{'b': 'x', 'd': 1}",
                                "{'b': 1}",
                                "{'a': 1.5, 'b': ''}")),
                new Table(
                        "{'properties':{'na':{'type':'integer'}},'additionalProperties':{'type':'boolean'}}",
                        List.of("{}", "{'na': 1}", "{'n': true}", "{'nab': true}", "{'na': 1, 'x': true, 'y': false}"),
                        List.of("{'na': true}", "{'x': 1}", "{'x': true, 'na': 1}", "{'na': 1, 'na': true}")),
                new Table("{'additionalProperties':false}", List.of("{}"), List.of("{'a': 1}")),
                new Table(
                        "{'type':'array','items':{'type':'integer'},'minItems':2,'maxItems':3}",
                        List.of("[1, 2]", "[1, 2, 3]"),
                        List.of("[]", "[1]", "[1, 2, 3, 4]", "[1, 'a']", "[1,2]")),
                new Table("{'type':'array','maxItems':0}", List.of("[]"), List.of("[1]")),
                new Table(
                        "{'type':'array','items':{'type':'array','items':{'type':'null'}}}",
                        List.of("[]", "[[]]", "[[null, null], []]"),
                        List.of("[null]", "[[[]]]")),
                new Table(
                        "{'type':'string','minLength':2,'maxLength':3}",
                        List.of("'ab'", "'abc'", "'é日😀'", "'\\u00e9\\ud83d\\ude00'", "'\\n\\''"),
                        List.of("''", "'a'", "'😀'", "'abcd'", "'\\ud83d\\ude00'")),
                new Table(
                        "{'type':'string'}",
                        List.of(
                                "''",
                                "'\\\\\\/\\b\\f\\n\\r\\t\\''",
                                "'\\u0000\\uD7FF\\uE000\\uDBFF\\uDFFF'",
                                "'\u007f'"),
                        List.of(
                                "'a",
                                "'\n'",
                                "'\\x'",
                                "'\\u12'",
                                "'\\ud800'",
                                "'\\ud800x'",
                                "'\\ud800\\n'",
                                "'\\ud800\\ud800'",
                                "'\\udc00'",
                                "'\\u00g0'")),
                new Table(
                        "{'type':'number'}",
                        List.of("0", "-0", "7", "123456789012345", "0.5", "-1.25", "1e5", "1E+05", "2.5e-10"),
                        List.of(
                                "",
                                "-",
                                "01",
                                "1.",
                                ".5",
                                "1e",
                                "1e+",
                                "+1",
                                "1234567890123456",
                                "1e100",
                                "0x1",
                                "NaN",
                                "0.1234567890123456",
                                "1 ")),
                new Table("{'type':'integer'}", List.of("0", "-5", "10"), List.of("1.0", "1e2", "--1")),
                new Table(
                        "{'enum':['a','ab','a\\'b',1,12,null,{'x':[1,2]}]}",
                        List.of("'a'", "'ab'", "'a\\'b'", "1", "12", "null", "{'x':[1,2]}"),
                        List.of("'abc'", "2", "123", "{'x': [1, 2]}")),
                new Table("{'const':'日本'}", List.of("'日本'"), List.of("'日'")),
                new Table(
                        "{'anyOf':[{'type':'integer'},{'type':'number'},{'type':'null'},{'properties':{'a':{'const':1}},'required':['a']},"
                                + "{'properties':{'a':{'const':12},'b':{'type':'string'}},'required':['a','b']}]}",
                        List.of("1", "1.5", "null", "{'a': 1}", "{'a': 12, 'b': ''}"),
                        List.of("'x'", "{'a': 12}", "{'a': 1, 'b': ''}", "true")),
                new Table("{'type':['string','null']}", List.of("'x'", "null"), List.of("1")));
    }

    @ParameterizedTest
    @MethodSource("tables")
    void documentsAreAllowedAsTheSchemaSays(Table table) throws IOException {
        State grammar = grammar(table.schema());
        for (String document : table.yes()) {
            String json = document.replace("\\'", "\\\"").replace('\'', '"');
            assertEquals(true, grammar.next(utf8(json)).mayEnd(), json);
            Json.MAPPER.readTree(json);
        }
        for (String document : table.no()) {
            String json = document.replace("\\'", "\\\"").replace('\'', '"');
            assertEquals(false, grammar.next(utf8(json)).mayEnd(), json);
        }
    }

    @Test
    void brokenUtf8IsNoText() throws IOException {
        State inside = grammar("{'type':'string'}").next('"');
        for (int[] broken :
                List.of(new int[] {0x80}, new int[] {0xC0}, new int[] {0xED, 0xA0}, new int[] {0xC3, '"'})) {
            State at = inside;
            for (int next : broken) {
                assertNotEquals(Edge.DEAD, at);
                at = at.next(next);
            }
            assertEquals(Edge.DEAD, at);
        }
    }

    @Test
    void anythingGoesSoDeepAndNoDeeper() throws IOException {
        State deep = grammar("{}").next(utf8("[".repeat(16)));
        assertNotEquals(Edge.DEAD, deep.next('1'));
        assertEquals(Edge.DEAD, deep.next('['));
        assertEquals(Edge.DEAD, deep.next('{'));
        assertEquals(Edge.END, deep.next(utf8("]".repeat(16))));
    }

    @Test
    void whatHasNoAlternativeIsForced() throws IOException {
        State at =
                grammar("{'properties':{'one':{'enum':['abc','abd']},'two':{'const':null}},'required':['one','two']}");
        assertEquals("{\"one\": \"ab", forced(at));
        assertEquals("\", \"two\": null}", forced(at.next(utf8("{\"one\": \"abd"))));
        assertEquals("", forced(grammar("{'type':['string','integer']}")));
        assertEquals("\"", forced(grammar("{'type':'string','maxLength':1}").next(utf8("\"a"))));
    }

    @Test
    void equalWaysAreGoneOnce() throws IOException {
        State at = grammar("{'items':{'anyOf':[{'type':'string'},{'type':'string'},{'enum':['a','b']}]}}");
        State far = at.next(utf8("[" + "\"a\", ".repeat(200)));
        assertNotEquals(Edge.DEAD, far);
        assertEquals(at.next(utf8("[\"a\", ")), far);
        assertEquals(Edge.END, at.next(utf8("[]")));
    }

    private static String forced(State from) {
        StringBuilder text = new StringBuilder();
        State at = from;
        for (int next = at.forced(); next != State.FREE; next = at.forced()) {
            text.append((char) next);
            at = at.next(next);
        }
        return text.toString();
    }

    private static State grammar(String schema) throws IOException {
        JsonShape shape = JsonShapes.of(
                "schema", Json.MAPPER.readTree(schema.replace("\\'", "\\\"").replace('\'', '"')));
        return Grammar.of(shape);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
