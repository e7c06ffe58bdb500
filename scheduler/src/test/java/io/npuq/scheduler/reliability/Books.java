package io.npuq.scheduler.reliability;

import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.journal.JournalDamagedException;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.JobRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** The clients' own ledgers: what they were told, and what they asked and were not told. */
final class Books {
    private final Map<JobId, Known> known = new LinkedHashMap<>();
    private final Map<String, JobRequest> inDoubt = new LinkedHashMap<>();
    private final List<String> failures = new ArrayList<>();
    private boolean damaged;
    private int refusedForDamage;

    /** From now on a text may be refused with an error that says so; it may still not be another one. */
    void damaged() {
        damaged = true;
    }

    /** How many jobs and answers were refused so. */
    int refusedForDamage() {
        return refusedForDamage;
    }

    List<String> failures() {
        return failures;
    }

    void fail(String failure) {
        failures.add(failure);
    }

    /** Asked, and not answered yet. */
    void asked(JobRequest request) {
        inDoubt.put(textOf(request), request);
    }

    void refused(JobRequest request) {
        inDoubt.remove(textOf(request));
    }

    void acknowledged(JobRequest request, JobId id) {
        inDoubt.remove(textOf(request));
        if (known.put(id, new Known(request)) != null) {
            fail(id + " was given to two jobs");
        }
    }

    /** The job of that name, which a lane was handed: acknowledged, or in doubt and recognized by its text. */
    Known of(JobId id, JobRequest request) {
        Known job = known.get(id);
        if (job != null) {
            if (!job.request().equals(request)) {
                fail(id + " was handed out with another text, or other bounds, than it was submitted with");
            }
            return job;
        }
        return adopt(id, request);
    }

    Known of(JobId id) {
        return known.get(id);
    }

    List<JobId> ids() {
        return List.copyOf(known.keySet());
    }

    int acknowledged() {
        return known.size();
    }

    /** Compares every job with what the queue shows. */
    void compare(JobQueue queue, Instant now) {
        known.forEach((id, job) -> {
            Optional<Job> shown;
            try {
                shown = Waiting.on(queue.get(id));
            } catch (CompletionException e) {
                if (damaged && e.getCause() instanceof JournalDamagedException) {
                    refusedForDamage++;
                    return;
                }
                fail(id + " was acknowledged and cannot be read: " + e.getCause());
                return;
            }
            if (shown.isEmpty()) {
                fail(id + " was acknowledged and is lost");
            } else {
                compare(id, job, shown.get(), now);
            }
        });
    }

    private void compare(JobId id, Known job, Job shown, Instant now) {
        boolean failedForDamage = shown.error()
                .filter(error -> error.message().contains("on disk is not what was written there"))
                .isPresent();
        boolean labelsUnread = !shown.state().isFinal() && shown.metadata().isEmpty();
        if (damaged && !job.hasEnded() && (failedForDamage || labelsUnread)) {
            refusedForDamage += failedForDamage ? 1 : 0;
            return;
        }
        job.compare(shown, now).forEach(wrong -> fail(id + ": " + wrong));
    }

    /** Compares every job with what the disk holds. */
    void compare(DiskAudit audit) {
        audit.failures().forEach(this::fail);
        known.forEach((id, job) -> {
            if (!audit.submitted(id)) {
                fail(id + " was acknowledged and the journal does not have it");
            } else if (audit.ends(id) > 1) {
                fail(id + " has " + audit.ends(id) + " final states");
            } else if (job.hasEnded() && audit.ends(id) == 0) {
                fail(id + " was acknowledged as ended, and the journal has no end");
            } else if (audit.ends(id) == 0 && !audit.inputIs(id, textOf(job.request()))) {
                fail(id + " has another text on disk than was submitted");
            }
        });
        audit.others(known.keySet()).forEach(text -> {
            if (text.isPresent() && !inDoubt.containsKey(text.get())) {
                fail("a job that nobody submitted has the text of " + text.get().substring(0, 10));
            }
        });
    }

    private Known adopt(JobId id, JobRequest request) {
        JobRequest asked = inDoubt.get(textOf(request));
        if (asked == null || !asked.equals(request)) {
            fail(id + " was never submitted, or not so");
        }
        acknowledged(request, id);
        return known.get(id);
    }

    static String textOf(JobRequest request) {
        return request.input() instanceof io.npuq.schema.JobInput.Text text ? text.text() : "";
    }
}
