package io.npuq.launcher.command;

import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what a job is: the same for {@code run} and {@code submit}. */
final class JobOptions {
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
            description = "the text itself, @ and a file's name, or - for standard input")
    private String input = "";

    @Option(names = "--max-new-tokens", paramLabel = "N", description = "most tokens of the answer, at most 256")
    private @Nullable Integer maxNewTokens;

    /** The job, or what is wrong with it. */
    JobRequest request() throws CommandFailedException {
        JobKind chosen = JobKind.find(kind)
                .filter(JobKind::isBounded)
                .orElseThrow(() -> invalid("--job is \"" + kind + "\"; it must be one of "
                        + JobKind.bounded().stream().map(JobKind::wire).collect(Collectors.joining(", "))));
        JobRequest request = JobRequest.bounded(chosen, text());
        return maxNewTokens == null ? request : request.withMaxNewTokens(maxNewTokens);
    }

    private String text() throws CommandFailedException {
        try {
            if (input.equals("-")) {
                return utf8(System.in.readAllBytes());
            }
            return input.startsWith("@") ? utf8(Files.readAllBytes(Path.of(input.substring(1)))) : input;
        } catch (CharacterCodingException e) {
            throw invalid("the input is not UTF-8 text");
        } catch (IOException e) {
            throw invalid("cannot read the input " + input + ": " + e);
        }
    }

    private static String utf8(byte[] bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }

    private static CommandFailedException invalid(String message) {
        return new CommandFailedException(ExitCode.INVALID_INPUT, message);
    }
}
