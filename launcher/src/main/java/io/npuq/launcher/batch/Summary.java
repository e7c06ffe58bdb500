package io.npuq.launcher.batch;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.JobKind;
import io.npuq.schema.Limits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The answer about one document: by one job where it is short enough; else its parts are answered, and what they gave, joined, is the next
 * text. One thread.
 */
final class Summary {
    /** So many parts of one document are at the server at once. */
    static final int PARTS_AHEAD = 8;

    /** A part that is this short and still too long for the model is not cut again. */
    private static final int PART_CHARS_MIN = 100;

    private final PartJobs jobs;
    private final Work work;
    private final List<PartRecord> record = new ArrayList<>();

    Summary(PartJobs jobs, Work work) {
        this.jobs = jobs;
        this.work = work;
    }

    /**
     * The job that answers, which has succeeded.
     *
     * @throws DocumentException when a job fails
     */
    JsonNode of(String text) throws DocumentException, BatchException, InterruptedException {
        return of(text, 0);
    }

    /** What became of each part so far. */
    List<PartRecord> record() {
        return record;
    }

    private JsonNode of(String text, int level) throws DocumentException, BatchException, InterruptedException {
        List<Part> parts = Parts.of(text, 0, Limits.INPUT_CHARS_MAX);
        if (parts.size() == 1) {
            Part whole = parts.get(0);
            Optional<JsonNode> answer = take(send(whole, work.kind()), level);
            if (answer.isPresent()) {
                return answered(answer.get());
            }
            parts = finer(whole);
        }
        List<JsonNode> answers = each(parts, level);
        for (JsonNode answer : answers) {
            answered(answer);
        }
        String joined = joined(answers);
        if (joined.isBlank()) {
            return answers.get(0); // there was nothing to collect in any part
        }
        if (joined.length() >= text.length()) {
            throw new DocumentException(
                    Failure.NOT_SHORTER,
                    "what its parts gave is no shorter than they are; give it more --max-new-tokens");
        }
        return of(joined, level + 1);
    }

    /** The answers of these parts, in order: all of them, or up to the first that failed, and what was under way then. */
    private List<JsonNode> each(List<Part> parts, int level)
            throws DocumentException, BatchException, InterruptedException {
        Deque<Sent> sent = new ArrayDeque<>();
        List<JsonNode> answers = new ArrayList<>();
        boolean failed = false;
        for (Part part : parts) {
            if (sent.size() == PARTS_AHEAD) {
                failed = !end(sent.remove(), level, answers);
            }
            if (failed) {
                break;
            }
            sent.add(send(part, work.partKind()));
        }
        while (!sent.isEmpty()) {
            end(sent.remove(), level, answers);
        }
        return answers;
    }

    /** Adds the answer of a part, or those of its own parts; answers whether all is well. */
    private boolean end(Sent sent, int level, List<JsonNode> answers)
            throws DocumentException, BatchException, InterruptedException {
        Optional<JsonNode> answer = take(sent, level);
        List<JsonNode> all = answer.isPresent() ? List.of(answer.get()) : each(finer(sent.part()), level);
        answers.addAll(all);
        return all.stream().allMatch(PartJobs::isAnswered);
    }

    /**
     * A part that was handed in.
     *
     * @param job empty when it was too long for the model
     */
    private record Sent(Part part, JobKind kind, Optional<JsonNode> job) {}

    private Sent send(Part part, JobKind kind) throws DocumentException, BatchException, InterruptedException {
        return new Sent(part, kind, jobs.submit(kind, part.text()));
    }

    /** The part's job at its end; empty when the part was too long for the model. */
    private Optional<JsonNode> take(Sent sent, int level)
            throws DocumentException, BatchException, InterruptedException {
        if (sent.job().isEmpty()) {
            return Optional.empty();
        }
        JsonNode job = jobs.end(sent.job().get());
        record.add(new PartRecord(level, sent.part(), sent.kind(), job).withoutText());
        return PartJobs.isTooLong(job) ? Optional.empty() : Optional.of(job);
    }

    private static List<Part> finer(Part part) throws DocumentException {
        if (part.chars() <= PART_CHARS_MIN) {
            throw new DocumentException(
                    Failure.PROMPT_TOO_LONG, "the model takes not even a part of " + part.chars() + " characters");
        }
        return Parts.of(part.text(), part.at(), part.chars() / 2 + part.chars() / 20);
    }

    private static JsonNode answered(JsonNode job) throws DocumentException {
        if (PartJobs.isAnswered(job)) {
            return job;
        }
        String id = job.path("id").asText();
        JsonNode error = job.path("error");
        throw new DocumentException(
                error.path("code").asText("result_erased"),
                id + " " + job.path("state").asText() + ": "
                        + error.path("message").asText("its answer is not there any more"));
    }

    private String joined(List<JsonNode> answers) {
        return answers.stream().map(this::gist).filter(text -> !text.isBlank()).collect(Collectors.joining("\n"));
    }

    private String gist(JsonNode job) {
        JsonNode result = job.path("result");
        if (work.kind() != JobKind.MEMORY_CANDIDATE) {
            return result.path("text").asText();
        }
        return StreamSupport.stream(result.path("json").path("candidates").spliterator(), false)
                .map(candidate -> "- " + candidate.asText())
                .collect(Collectors.joining("\n"));
    }
}
