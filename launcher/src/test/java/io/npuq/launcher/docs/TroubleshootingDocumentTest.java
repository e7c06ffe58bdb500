package io.npuq.launcher.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.scheduler.Refusal;
import io.npuq.schema.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** docs/guides/troubleshooting.md has every message that stops a start or a command, every code of a refusal, and no other. */
final class TroubleshootingDocumentTest {
    private static final Path ROOT = Path.of("..");
    private static final Path DOCUMENT = ROOT.resolve("docs/guides/troubleshooting.md");
    private static final List<String> MODULES =
            List.of("schema", "scheduler", "scheduler-postgres", "npu-worker-verticle", "api-verticle", "launcher");

    /** What these say ends a start or a command, or a job's life on this disk. */
    private static final Pattern STOPS =
            Pattern.compile("new (?:Start|Config|QueueUnavailable|Setup|CommandFailed|JournalDamaged)Exception\\(");

    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]++|\\\\.)*+)\"");
    private static final Pattern CODE =
            Pattern.compile("Problem\\.(?:of\\(\\s*[A-Za-z0-9_.]+,|unavailable\\()\\s*\"([a-z_]+)\"");
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

    /** Shorter pieces of a message stand in too many others to tell anything. */
    private static final int PIECE_CHARS_MIN = 8;

    private static List<String> sources;
    private static String document;

    @BeforeAll
    static void read() throws IOException {
        sources = new ArrayList<>();
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    sources.add(Files.readString(file));
                }
            }
        }
        document = Files.readString(DOCUMENT);
    }

    @Test
    void everyMessageThatStopsIsThere() {
        List<String> missing = new ArrayList<>();
        for (String source : sources) {
            Matcher stops = STOPS.matcher(source);
            while (stops.find()) {
                longestPiece(arguments(source, stops.end()))
                        .filter(piece -> !document.contains(piece))
                        .ifPresent(missing::add);
            }
        }
        assertEquals(List.of(), missing);
    }

    @Test
    void everyMessageThatIsThereIsOneOfTheSources() {
        String all = sources.stream().map(TroubleshootingDocumentTest::literals).collect(Collectors.joining("\n"));
        List<String> madeUp = new ArrayList<>();
        for (String line : document.lines().filter(row -> row.startsWith("| `")).toList()) {
            Matcher quoted = QUOTED.matcher(line);
            assertTrue(quoted.find(), line);
            for (String piece : quoted.group(1).split("…", -1)) {
                if (piece.strip().length() >= PIECE_CHARS_MIN && !all.contains(piece.strip())) {
                    madeUp.add(piece);
                }
            }
        }
        assertEquals(List.of(), madeUp);
    }

    @Test
    void itsCodesAreThoseOfTheSources() {
        Set<String> inSources = new TreeSet<>();
        for (String source : sources) {
            CODE.matcher(source).results().forEach(code -> inSources.add(code.group(1)));
        }
        for (Refusal refusal : Refusal.values()) {
            inSources.add(refusal.name().toLowerCase(Locale.ROOT));
        }
        Set<String> inDocument = new TreeSet<>();
        document.lines()
                .filter(row -> row.matches("\\| [0-9, ]+ \\| `.*"))
                .forEach(row -> QUOTED.matcher(row.split("\\|", -1)[2])
                        .results()
                        .forEach(code -> inDocument.add(code.group(1))));
        assertEquals(inSources, inDocument);
        for (ErrorCode code : ErrorCode.values()) {
            assertTrue(document.contains("`" + code.wire() + "`"), code.wire());
        }
    }

    /** What stands between the brackets. */
    private static String arguments(String source, int from) {
        int depth = 1;
        int at = from;
        while (depth > 0) {
            char c = source.charAt(at++);
            if (c == '"') {
                Matcher literal = LITERAL.matcher(source).region(at - 1, source.length());
                assertTrue(literal.lookingAt(), () -> source.substring(from, from + 80));
                at = literal.end();
            }
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        }
        return source.substring(from, at);
    }

    /** The longest of the literals, as the document quotes it. */
    private static Optional<String> longestPiece(String code) {
        return LITERAL.matcher(code)
                .results()
                .map(literal -> text(literal.group(1)).strip())
                .filter(piece -> piece.length() >= PIECE_CHARS_MIN)
                .max(Comparator.comparingInt(String::length));
    }

    /** All literals, put together where the code puts them together. */
    private static String literals(String code) {
        StringBuilder all = new StringBuilder();
        String joined = code.replaceAll("\"\\s*\\+\\s*\"", "");
        LITERAL.matcher(joined)
                .results()
                .forEach(literal -> all.append(text(literal.group(1))).append('\n'));
        return all.toString();
    }

    private static String text(String literal) {
        return literal.replace("\\\"", "\"").replace("\\\\", "\\");
    }
}
