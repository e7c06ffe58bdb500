package io.npuq.schema.shape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.schema.InvalidInputException;
import io.npuq.schema.Json;
import io.npuq.schema.Limits;
import io.npuq.schema.ResponseFormat;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JsonShapesTest {
    private static final JsonShape ANY = new JsonShape.Anything();
    private static final JsonShape TEXT = new JsonShape.Text(0, Integer.MAX_VALUE);

    /** A schema that is refused, the field that the error names, and a piece of its message. */
    record Refused(String schema, String field, String says) {}

    static Stream<Refused> refused() {
        return Stream.of(
                new Refused("1", "s", "must be a schema"),
                new Refused("false", "s", "no value would be valid"),
                new Refused(
                        "{'pattern':'a'}", "s.pattern", "is not supported; supported are $ref, additionalProperties"),
                new Refused("{'properties':{'a':{'format':'date'}}}", "s.properties.a.format", "is not supported"),
                new Refused("{'items':{'minimum':1}}", "s.items.minimum", "is not supported"),
                new Refused("{'anyOf':[{},{'not':{}}]}", "s.anyOf[1].not", "is not supported"),
                new Refused("{'anyOf':[{}],'type':'object'}", "s.type", "is not supported beside anyOf"),
                new Refused("{'enum':['a'],'minLength':1}", "s.minLength", "is not supported beside enum"),
                new Refused("{'anyOf':[]}", "s.anyOf", "not empty"),
                new Refused("{'type':'text'}", "s.type", "must be of object"),
                new Refused("{'type':[]}", "s.type", "must not be empty"),
                new Refused("{'type':7}", "s.type", "array of strings"),
                new Refused("{'type':['string','string']}", "s.type", "none twice"),
                new Refused("{'enum':[]}", "s.enum", "has no value"),
                new Refused("{'enum':['a',1],'type':'boolean'}", "s.enum", "no value of its type"),
                new Refused("{'enum':[1e999]}", "s.enum", "too large"),
                new Refused("{'properties':[]}", "s.properties", "must be an object"),
                new Refused("{'required':['a']}", "s.required", "names what properties does not have"),
                new Refused("{'required':[1]}", "s.required", "must be strings"),
                new Refused("{'items':[{}]}", "s.items", "must be a schema"),
                new Refused("{'minItems':-1}", "s.minItems", "whole number from 0"),
                new Refused("{'minItems':1.5}", "s.minItems", "whole number from 0"),
                new Refused("{'minItems':3,'maxItems':2}", "s.maxItems", "less than minItems"),
                new Refused("{'minLength':3,'maxLength':2}", "s.maxLength", "less than minLength"),
                new Refused(
                        "{'additionalProperties':{'type':'x'}}", "s.additionalProperties.type", "must be of object"),
                new Refused("{'$ref':'other.json'}", "s.$ref", "must lead into the schema itself"),
                new Refused("{'$ref':'#/$defs/a'}", "s.$ref", "leads nowhere"),
                new Refused("{'$ref':'#'}", "s.$ref", "leads back to itself"),
                new Refused(
                        "{'$ref':'#/$defs/a','$defs':{'a':{'properties':{'n':{'$ref':'#/$defs/a'}}}}}",
                        "s.$defs.a.properties.n.$ref",
                        "recursive schemas are not supported"),
                new Refused(nested(17), "s" + ".items".repeat(17), "nested deeper than 16"),
                new Refused("{'properties':{'\u00e9\\n':{'oneOf':[]}}}", "s.properties.??.oneOf", "is not supported"),
                new Refused(doubling(11), "s.$defs.d1.anyOf[0]", "more than 2000 schemas"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatIsNotSupportedIsRefusedAndNamed(Refused refused) {
        InvalidInputException e = assertThrows(InvalidInputException.class, () -> shape(refused.schema()));
        assertEquals(refused.field(), e.field());
        assertTrue(e.getMessage().startsWith(refused.field() + " "), e.getMessage());
        assertTrue(e.getMessage().contains(refused.says()), e.getMessage());
    }

    @Test
    void anObjectHasItsMembersInOrderAndNoOthersUnlessTheSchemaSaysSo() throws IOException {
        List<JsonShape.Member> members =
                List.of(new JsonShape.Member("b", TEXT, false), new JsonShape.Member("a", ANY, true));
        String properties = "'properties':{'b':{'type':'string'},'a':true},'required':['a']";
        assertEquals(new JsonShape.ObjectOf(members, Optional.empty()), shape("{" + properties + "}"));
        assertEquals(
                new JsonShape.ObjectOf(members, Optional.of(TEXT)),
                shape("{" + properties + ",'additionalProperties':{'type':'string'}}"));
        assertEquals(JsonShape.ObjectOf.ANY, shape("{'type':'object'}"));
        assertEquals(new JsonShape.ObjectOf(List.of(), Optional.empty()), shape("{'additionalProperties':false}"));
    }

    @Test
    void annotationsSayNothing() throws IOException {
        assertEquals(
                TEXT, shape("{'$schema':'x','title':'t','description':'d','default':1,'examples':[],'type':'string'}"));
    }

    @Test
    void aReferenceIsWhatItLeadsToAlsoTwice() throws IOException {
        JsonShape.Member a = new JsonShape.Member("a", TEXT, false);
        JsonShape.Member b = new JsonShape.Member("b", TEXT, false);
        assertEquals(
                new JsonShape.ObjectOf(List.of(a, b), Optional.empty()),
                shape("{'properties':{'a':{'$ref':'#/$defs/t'},'b':{'$ref':'#/$defs/t','title':'B'}},"
                        + "'$defs':{'t':{'type':'string'}}}"));
    }

    @Test
    void anEnumHasOnlyTheValuesOfItsType() throws IOException {
        assertEquals(
                new JsonShape.Given(List.of("\"a\"", "null")),
                shape("{'enum':['a',1,null,'a'],'type':['string','null']}"));
        assertEquals(new JsonShape.Given(List.of("{\"x\":[1]}")), shape("{'const':{'x':[1]}}"));
    }

    @Test
    void aFormatKeepsTheOrderOfTheSchemaAndChecksItsName() {
        ResponseFormat.JsonSchema format =
                new ResponseFormat.JsonSchema("my-name_1", "{ \"properties\": {\"b\":true, \"a\":true} }");
        assertEquals("{\"properties\":{\"b\":true,\"a\":true}}", format.schema());
        for (String name : List.of("", "a b", "é", "x".repeat(65))) {
            InvalidInputException e =
                    assertThrows(InvalidInputException.class, () -> new ResponseFormat.JsonSchema(name, "true"));
            assertEquals("response_format.json_schema.name", e.field());
        }
        String large = "{\"description\":\"" + "x".repeat(Limits.SCHEMA_BYTES_MAX) + "\"}";
        for (String schema : List.of("{", large, "{\"const\":\"\\ud800\"}")) {
            InvalidInputException e =
                    assertThrows(InvalidInputException.class, () -> new ResponseFormat.JsonSchema("n", schema));
            assertEquals(ResponseFormat.JsonSchema.PATH, e.field());
        }
    }

    private static String nested(int levels) {
        return "{'items':".repeat(levels) + "{}" + "}".repeat(levels);
    }

    /** Each definition uses the next one twice. */
    private static String doubling(int levels) {
        String defs = IntStream.range(1, levels)
                .mapToObj(i -> "'d" + i + "':{'anyOf':[{'$ref':'#/$defs/d" + (i - 1) + "'},{'$ref':'#/$defs/d" + (i - 1)
                        + "'}]}")
                .collect(Collectors.joining(","));
        return "{'$ref':'#/$defs/d" + (levels - 1) + "','$defs':{'d0':{}," + defs + "}}";
    }

    private static JsonShape shape(String schema) throws IOException {
        return JsonShapes.of("s", Json.MAPPER.readTree(schema.replace('\'', '"')));
    }
}
