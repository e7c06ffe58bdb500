package io.npuq.launcher.command;

import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what a job is: the same for {@code run} and {@code submit}. */
final class JobOptions {
    /** No text of so many bytes has few enough characters. */
    private static final int INPUT_BYTES_MAX = Limits.INPUT_CHARS_MAX * 4;

    /** What Java makes of an argument that it cannot read in the locale's encoding. */
    private static final char UNREADABLE = '\uFFFD';

    @Option(
            names = "--job",
            required = true,
            paramLabel = "KIND",
            description = "title, summary, notification or memory_candidate")
    private String kind = "";

    @Option(
            names = "--input",
            required = true,
            paramLabel = "TEXT|@FILE|-",
            description = "the text itself, @ and a file's name, or - for standard input; at most 6000 characters")
    private String input = "";

    @Option(
            names = "--max-new-tokens",
            paramLabel = "N",
            description = "most tokens of the answer, at most 256; default by kind 32, 160, 96, 192")
    private @Nullable Integer maxNewTokens;

    /** The job, or what is wrong with it. */
    JobRequest request() throws CommandFailedException {
        JobRequest request = JobRequest.bounded(bounded(kind), text());
        return maxNewTokens == null ? request : request.withMaxNewTokens(maxNewTokens);
    }

    /** The bounded kind of that name, as {@code --job} has it. */
    static JobKind bounded(String kind) throws CommandFailedException {
        return JobKind.find(kind)
                .filter(JobKind::isBounded)
                .orElseThrow(() -> invalid("--job is \"" + kind + "\"; it must be one of "
                        + JobKind.bounded().stream().map(JobKind::wire).collect(Collectors.joining(", "))));
    }

    private String text() throws CommandFailedException {
        if (input.equals("-")) {
            return read("standard input", System.in);
        }
        if (input.startsWith("@")) {
            String file = input.substring(1);
            try (InputStream in = Files.newInputStream(Path.of(file))) {
                return read(file, in);
            } catch (IOException | InvalidPathException e) {
                throw invalid("cannot read the input file " + file + ": "
                        + e.getClass().getSimpleName()
                        + "; name a file as --input @FILE, and give a text that begins with @ through --input -");
            }
        }
        if (input.indexOf(UNREADABLE) >= 0 && !encodingOfArguments().equals(StandardCharsets.UTF_8)) {
            throw invalid("--input has characters that the locale's encoding, " + encodingOfArguments()
                    + ", cannot pass on; set LC_ALL=C.UTF-8, or give the text as --input @FILE or --input -");
        }
        return input;
    }

    private static String read(String name, InputStream in) throws CommandFailedException {
        try {
            byte[] bytes = in.readNBytes(INPUT_BYTES_MAX + 1);
            if (bytes.length > INPUT_BYTES_MAX) {
                throw invalid("the input, " + name + ", is too long; at most " + Limits.INPUT_CHARS_MAX
                        + " characters are allowed");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw invalid("the input, " + name + ", is not UTF-8 text");
        } catch (IOException e) {
            throw invalid("cannot read the input, " + name + ": " + e.getMessage());
        }
    }

    private static Charset encodingOfArguments() {
        return Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    }

    private static CommandFailedException invalid(String message) {
        return new CommandFailedException(ExitCode.INVALID_INPUT, message);
    }
}
