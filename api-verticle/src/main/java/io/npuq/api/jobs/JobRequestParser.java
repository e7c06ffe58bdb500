package io.npuq.api.jobs;

import io.npuq.api.generate.JobFields;
import io.npuq.api.generate.SamplingFields;
import io.npuq.api.http.Fields;
import io.npuq.schema.ChatMessage;
import io.npuq.schema.DeadlineMode;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Limits;
import io.npuq.schema.Sampling;
import io.npuq.schema.WireName;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads a job of the jobs API. What comes out is valid; what is not leaves as an {@link InvalidInputException} naming the field. */
public final class JobRequestParser {
    private static final List<String> COMMON = List.of(
            "kind",
            "max_new_tokens",
            "priority",
            "deadline_ms",
            "deadline_mode",
            "run_after_ms",
            "device",
            "metadata",
            "response_format");
    private static final List<String> KNOWN = Stream.of(COMMON, List.of("input", "messages"), SamplingFields.NAMES)
            .flatMap(List::stream)
            .toList();

    private JobRequestParser() {}

    /** The job that the object asks for. */
    public static JobRequest parse(Fields job) {
        job.onlyKnown(KNOWN);
        JobKind kind = kind(job.requiredText("kind"));
        return new JobRequest(
                kind,
                input(job, kind),
                job.integer("max_new_tokens", kind.newTokensDefault()),
                job.integer("priority", Limits.PRIORITY_DEFAULT),
                JobFields.millis(job, "deadline_ms"),
                job.text("deadline_mode")
                        .map(name -> WireName.parse(DeadlineMode.class, "deadline_mode", name))
                        .orElse(DeadlineMode.STRICT),
                JobFields.millis(job, "run_after_ms"),
                JobFields.device(job),
                kind == JobKind.CHAT ? SamplingFields.read(job) : Sampling.GREEDY,
                job.textMap("metadata"),
                ResponseFormats.read(job));
    }

    private static JobKind kind(String name) {
        return JobKind.find(name)
                .orElseThrow(() -> new InvalidInputException(
                        "kind",
                        "kind must be one of "
                                + Stream.of(JobKind.values()).map(JobKind::wire).collect(Collectors.joining(", "))));
    }

    private static JobInput input(Fields job, JobKind kind) {
        if (kind == JobKind.CHAT) {
            return chat(job);
        }
        Stream.concat(Stream.of("messages"), SamplingFields.NAMES.stream())
                .filter(job::has)
                .findFirst()
                .ifPresent(name -> {
                    throw new InvalidInputException(
                            name, name + " is for chat jobs only; a job of kind " + kind.wire() + " takes input");
                });
        if (kind != JobKind.EMBEDDING) {
            return new JobInput.Text(job.requiredText("input"));
        }
        if (!job.has("input")) {
            throw new InvalidInputException("input", "input is missing");
        }
        return new JobInput.Texts(job.texts("input"));
    }

    private static JobInput chat(Fields job) {
        if (job.has("input")) {
            throw new InvalidInputException("input", "a chat job takes messages, not input");
        }
        return new JobInput.Chat(job.requiredObjects("messages").stream()
                .map(message -> message.onlyKnown(List.of("role", "content")))
                .map(message -> new ChatMessage(message.requiredText("role"), message.requiredText("content")))
                .toList());
    }
}
