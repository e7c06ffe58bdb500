package io.npuq.launcher.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.scheduler.LogSource;
import io.npuq.scheduler.journal.Change;
import io.npuq.scheduler.journal.Entry;
import io.npuq.schema.Evidence;
import io.npuq.schema.JobId;
import io.npuq.schema.Json;
import io.npuq.smoke.OutsideGrowth;
import io.npuq.smoke.ReviewRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** One job's page for a reviewer, out of the request log: no text of it is there, nor wanted. */
public final class JobReview {
    private final JobId id;
    private final ObjectNode job = Json.MAPPER.createObjectNode();
    private String accepted = "";
    private String ended = "";

    private JobReview(JobId id) {
        this.id = id;
    }

    /**
     * The page of that job, as Markdown; empty when the log has no end of it.
     *
     * @param outside what an observer read of the busy counter before and after it
     * @throws IOException when the log cannot be read
     */
    public static Optional<String> of(LogSource log, JobId id, OutsideGrowth outside) throws IOException {
        JobReview review = new JobReview(id);
        log.read(line -> {
            if (new String(line.bytes(), StandardCharsets.ISO_8859_1).contains(id.value())) {
                review.take(line.entry());
            }
        });
        return review.job.has("state") ? Optional.of(review.page(outside)) : Optional.empty();
    }

    private void take(Entry entry) {
        if (!id.equals(entry.job())) {
            return; // another job that names this one, as its retry does
        }
        String at = entry.at().toString();
        Change change = entry.change();
        if (change instanceof Change.Submitted submitted) {
            accepted = at;
            job.put("id", id.value()).put("kind", submitted.kind().wire());
        } else if (change instanceof Change.Ended end) {
            ended = at;
            String why = end.error() == null ? "" : " (" + end.error().code().wire() + ")";
            job.put("state", end.state().wire() + why);
            Evidence evidence = end.evidence();
            if (evidence != null) {
                job.set("evidence", Json.MAPPER.valueToTree(evidence));
            }
        }
    }

    private String page(OutsideGrowth outside) {
        return "# npuq: review of " + id.value() + "\n\nAccepted " + accepted + ", ended " + ended
                + ". From the request log, which holds no text of what was asked or answered.\n\n"
                + ReviewRecord.of(job, outside) + "\n";
    }
}
