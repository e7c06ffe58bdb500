package io.npuq.launcher.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.JobKind;
import io.npuq.schema.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResultFileTest {
    private static final Work WORK = work(JobKind.SUMMARY);
    private static final DocumentText TEXT = new DocumentText("some text", Digest.of("some text"));
    private static final DocumentText CHANGED = new DocumentText("other text", Digest.of("other text"));
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    Path dir;

    @Test
    void whatIsWrittenIsFoundAgain() throws Exception {
        try (ResultFile results = ResultFile.open(file(), WORK)) {
            assertTrue(results.claim("a.md"));
            assertFalse(results.claim("a.md"), "a document that was named twice is one");
            results.append(succeeded("a.md", TEXT, "an answer"));
            results.append(failed("b.md"));
        }
        try (ResultFile results = ResultFile.open(file(), WORK)) {
            assertTrue(results.has("a.md", TEXT.digest()));
            assertFalse(results.has("a.md", CHANGED.digest()));
            assertFalse(results.has("b.md", TEXT.digest()), "what failed is tried again");
            assertTrue(results.claim("a.md"), "this run did not have it yet");
        }
    }

    @Test
    void tornLastLineIsCutWhereverItWasTorn() throws Exception {
        String whole = succeeded("a.md", TEXT, "an answer").json() + "\n";
        String torn = succeeded("b.md", TEXT, "another\nanswer ünd more").json().toString();
        byte[] bytes = torn.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        for (int end = 1; end <= bytes.length; end += 7) {
            Files.writeString(file(), whole);
            Files.write(file(), java.util.Arrays.copyOf(bytes, end), StandardOpenOption.APPEND);
            try (ResultFile results = ResultFile.open(file(), WORK)) {
                assertTrue(results.has("a.md", TEXT.digest()));
                assertFalse(results.has("b.md", TEXT.digest()));
                results.append(failed("c.md"));
            }
            assertEquals(List.of("a.md", "c.md"), documents());
        }
    }

    @Test
    void documentThatIsDoneAnewHasOneLineInTheEnd() throws Exception {
        try (ResultFile results = ResultFile.open(file(), WORK)) {
            results.append(failed("a.md"));
            results.append(succeeded("b.md", TEXT, "old"));
            results.append(succeeded("c.md", TEXT, "stays"));
            results.append(succeeded("a.md", TEXT, "now it went"));
            results.append(succeeded("b.md", CHANGED, "new"));
            assertEquals(5, lines().size());
        }
        assertEquals(List.of("c.md", "a.md", "b.md"), documents());
        assertEquals("new", lines().get(2).path("text").asText());
    }

    @Test
    void linesThatAKilledRunLeftDoubleAreOneAfterTheNextOpening() throws Exception {
        Files.writeString(
                file(),
                failed("a.md").json() + "\n"
                        + succeeded("a.md", TEXT, "an answer").json() + "\n");
        try (ResultFile results = ResultFile.open(file(), WORK)) {
            assertEquals(List.of("a.md"), documents());
            results.append(succeeded("b.md", TEXT, "more"));
        }
        assertEquals(List.of("a.md", "b.md"), documents());
    }

    @Test
    void anotherFileIsLeftAsItIs() throws Exception {
        for (String other : List.of("my notes\n", "my notes", "{\"a\":1}\n", "\n", "{}")) {
            Files.writeString(file(), other);
            BatchException refused = assertThrows(BatchException.class, () -> ResultFile.open(file(), WORK));
            assertTrue(refused.isInvalidInput(), other);
            assertEquals(other, Files.readString(file()));
        }
        Files.write(file(), new byte[] {(byte) 0xFF, '\n'});
        assertThrows(BatchException.class, () -> ResultFile.open(file(), WORK));
        assertEquals(2, Files.size(file()));
    }

    @Test
    void resultOfAnotherKindIsRefused() throws Exception {
        try (ResultFile results = ResultFile.open(file(), WORK)) {
            results.append(succeeded("a.md", TEXT, "an answer"));
        }
        BatchException refused = assertThrows(BatchException.class, () -> ResultFile.open(file(), work(JobKind.TITLE)));
        assertTrue(String.valueOf(refused.getMessage()).contains("--job summary"), refused.getMessage());
    }

    @Test
    void twoRunsDoNotWriteToOneFile() throws Exception {
        try (ResultFile results = ResultFile.open(file(), WORK)) {
            results.append(failed("a.md"));
            assertThrows(BatchException.class, () -> ResultFile.open(file(), WORK));
        }
        ResultFile.open(file(), WORK).close();
    }

    @Test
    void markdownHasAHeadingADocumentAndNoAnswerMakesOne() throws Exception {
        Files.writeString(
                file(),
                succeeded("a`b.md", TEXT, "# not a heading\n\nmore").json() + "\n"
                        + failed("b.md").json() + "\n");
        Path out = dir.resolve("out.md");
        Format.MD.render(file(), out);
        assertEquals("""
                ## `` a`b.md ``

                > # not a heading
                >
                > more

                ## `b.md`

                > failed: empty: there is nothing in it

                """, Files.readString(out));
    }

    @Test
    void csvKeepsQuotesCommasAndLineBreaks() throws Exception {
        String text = "She said \"no, never\";\r\nthen she left, at 5 pm.";
        Files.writeString(
                file(),
                succeeded("a, b.md", TEXT, text).json() + "\n" + failed("b.md").json() + "\n");
        Path out = dir.resolve("out.csv");
        Format.CSV.render(file(), out);
        try (CsvReader<NamedCsvRecord> rows = CsvReader.builder().ofNamedCsvRecord(out)) {
            List<NamedCsvRecord> all = rows.stream().toList();
            assertEquals(2, all.size());
            assertEquals("a, b.md", all.get(0).getField("document"));
            assertEquals(text, all.get(0).getField("text"));
            assertEquals("9", all.get(0).getField("chars"));
            assertEquals("", all.get(1).getField("chars"));
            assertEquals("empty: there is nothing in it", all.get(1).getField("error"));
        }
    }

    private List<JsonNode> lines() throws IOException {
        return Json.MAPPER
                .readerFor(JsonNode.class)
                .<JsonNode>readValues(file().toFile())
                .readAll();
    }

    private List<String> documents() throws IOException {
        return lines().stream().map(line -> line.path("document").asText()).toList();
    }

    private Path file() {
        return dir.resolve("results.jsonl");
    }

    private static ResultLine succeeded(String document, DocumentText text, String answer) throws IOException {
        JsonNode job = Json.MAPPER
                .createObjectNode()
                .set(
                        "result",
                        Json.MAPPER.createObjectNode().put("text", answer).putNull("json"));
        return ResultLine.succeeded(document, text, WORK, job, List.of(), AT);
    }

    private static ResultLine failed(String document) {
        return ResultLine.failed(
                document, Optional.empty(), WORK, new Failure(Failure.EMPTY, "there is nothing in it"), List.of(), AT);
    }

    private static Work work(JobKind kind) {
        return new Work(kind, OptionalInt.empty(), 7, DevicePolicy.PREFER_NPU, Optional.empty());
    }
}
