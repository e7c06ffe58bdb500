package io.npuq.launcher.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SourcesTest {
    @TempDir
    Path dir;

    private final Skips skips = new Skips();

    @Test
    void folderGivesAllItsTextsWithoutHiddenOnesLinksAndTheResult() throws Exception {
        write("a.md", "A");
        write("deep/er/b.txt", "B");
        write(".git/config", "no");
        write("deep/.h", "no");
        Path out = write("results.jsonl", "{}");
        Files.createSymbolicLink(dir.resolve("link.md"), dir.resolve("a.md"));
        Sources sources = sources(Splitting.WHOLE, Set.of(out), dir.toString());
        assertEquals(Map.of("a.md", "A", "deep/er/b.txt", "B"), texts(sources));
        assertEquals(OptionalLong.of(2), sources.count());
        String said = String.join("\n", skips.lines());
        assertTrue(said.contains("skipped 2 (hidden files and folders)"), said);
        assertTrue(said.contains("skipped 1 (symbolic links): " + dir.resolve("link.md")), said);
        assertTrue(said.contains("skipped 1 (files of this batch's result)"), said);
    }

    @Test
    void quotedPatternsFindWhatTheShellWouldHave() throws Exception {
        write("a.md", "A");
        write("sub/b.md", "B");
        write("sub/sub/c.md", "C");
        write("sub/d.txt", "D");
        assertEquals(Set.of("a.md"), texts(sources("/*.md")).keySet());
        assertEquals(
                Set.of("a.md", "sub/b.md", "sub/sub/c.md"),
                texts(sources("/**/*.md")).keySet());
        assertEquals(
                Set.of("sub/b.md", "sub/d.txt"),
                texts(sources("/sub/[bd].{md,txt}")).keySet());
    }

    @Test
    void whatIsNotThereIsRefusedBeforeAnythingBegins() {
        assertRefused("there is no file or folder /no/such", "/no/such");
        assertRefused("no file matches " + dir + "/*.md", dir + "/*.md");
        assertRefused("- names standard input", "-", "-");
    }

    @Test
    void eachLineIsADocumentAndBlankOnesAreNone() throws Exception {
        Path file = dir.resolve("lines");
        Files.write(file, bytes("\uFEFFone\r\n\n  \ntwö\nlast without end"));
        Sources sources = sources(Splitting.lines(), Set.of(), file.toString());
        assertEquals(Map.of("lines:1", "one\r", "lines:4", "twö", "lines:5", "last without end"), texts(sources));
    }

    @Test
    void lineThatIsNoUtf8FailsAlone() throws Exception {
        Path file = dir.resolve("lines");
        Files.write(file, new byte[] {'a', '\n', (byte) 0xFF, 'b', '\n', 'c'});
        assertEquals(
                Map.of("lines:1", "a", "lines:2", "not_utf8", "lines:3", "c"),
                texts(sources(Splitting.lines(), Set.of(), file.toString())));
    }

    @Test
    void cellsOfAColumnKeepTheirQuotesCommasAndLines() throws Exception {
        Path file = write("t.csv", "\uFEFFid,text\n1,\"She said \"\"no, never\"\".\nThen she left.\"\n2,\n3,plain\n");
        assertEquals(
                Map.of("t.csv:2", "She said \"no, never\".\nThen she left.", "t.csv:5", "plain"),
                texts(sources(Splitting.csv("text"), Set.of(), file.toString())));
        assertEquals(
                dir.resolve("t.csv") + " has no column \"body\"; its first line must name the columns",
                assertThrows(
                                BatchException.class,
                                () -> sources(Splitting.csv("body"), Set.of(), file.toString())
                                        .count())
                        .getMessage());
    }

    @Test
    void csvThatEndsInAQuoteOrIsNoUtf8FailsBehindItsGoodRows() throws Exception {
        Path open = write("open.csv", "text\ngood\n\"never closed\n");
        Map<String, String> texts = texts(sources(Splitting.csv("text"), Set.of(), open.toString()));
        assertEquals("good", texts.get("open.csv:2"));
        Path foreign = dir.resolve("foreign.csv");
        Files.write(foreign, new byte[] {'t', '\n', 'a', '\n', (byte) 0xE9, '\n'});
        assertEquals(
                "unreadable",
                texts(sources(Splitting.csv("t"), Set.of(), foreign.toString())).get("foreign.csv"));
    }

    @Test
    void standardInputIsADocumentAndItsLinesAreCountedAsTheyCome() throws Exception {
        Sources whole = standardInput(Splitting.WHOLE, "one\ntwo");
        assertEquals(OptionalLong.empty(), whole.count());
        assertEquals(Map.of("-", "one\ntwo"), texts(whole));
        assertEquals(Map.of("-:1", "one", "-:2", "two"), texts(standardInput(Splitting.lines(), "one\ntwo")));
    }

    @Test
    void documentThatIsNoTextOrTooLongSaysSo() throws Exception {
        Path binary = dir.resolve("binary");
        Files.write(binary, new byte[] {'P', 'K', 3, 4});
        Path large = write("large", "x".repeat(DocumentText.BYTES_MAX + 1));
        Path most = write("most", "x".repeat(DocumentText.BYTES_MAX));
        Path empty = write("empty", "\uFEFF \n");
        Map<String, String> texts = texts(sources(
                Splitting.WHOLE, Set.of(), binary.toString(), large.toString(), empty.toString(), most.toString()));
        assertEquals("not_text", texts.get("binary"));
        assertEquals("too_large", texts.get("large"));
        assertEquals("empty", texts.get("empty"));
        assertEquals(DocumentText.BYTES_MAX, texts.get("most").length());
    }

    private Sources sources(String pattern) throws BatchException {
        return sources(Splitting.WHOLE, Set.of(), dir + pattern);
    }

    private Sources sources(Splitting splitting, Set<Path> notThese, String... arguments) throws BatchException {
        return new Sources(List.of(arguments), splitting, new ByteArrayInputStream(new byte[0]), notThese, skips);
    }

    private Sources standardInput(Splitting splitting, String text) throws BatchException {
        return new Sources(List.of("-"), splitting, new ByteArrayInputStream(bytes(text)), Set.of(), skips);
    }

    private void assertRefused(String message, String... arguments) {
        BatchException refused =
                assertThrows(BatchException.class, () -> sources(Splitting.WHOLE, Set.of(), arguments));
        assertTrue(refused.isInvalidInput());
        assertTrue(String.valueOf(refused.getMessage()).startsWith(message), refused.getMessage());
    }

    /** By name, without the directory: the text, or the code of why there is none. */
    private Map<String, String> texts(Sources sources) throws BatchException {
        Map<String, String> texts = new TreeMap<>();
        sources.each(source -> {
            String name = source.name().replace(dir + "/", "");
            try {
                texts.put(name, DocumentText.read(source).text());
            } catch (DocumentException e) {
                texts.put(name, e.failure().code());
            }
            return true;
        });
        return texts;
    }

    private Path write(String name, String text) throws IOException {
        Path file = dir.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
