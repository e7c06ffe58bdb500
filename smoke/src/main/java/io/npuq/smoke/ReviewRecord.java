package io.npuq.smoke;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** One job's evidence on a page, for whoever reviews it: Markdown, with nothing of what was asked or answered. */
public final class ReviewRecord {
    private static final String UNKNOWN = "not known";

    private ReviewRecord() {}

    /**
     * The table of one job.
     *
     * @param job as {@code GET /v1/jobs/{id}} answers it
     * @param outside what an observer saw of the busy counter meanwhile
     */
    public static String of(JsonNode job, OutsideGrowth outside) {
        JsonNode evidence = job.path("evidence");
        JsonNode timing = evidence.path("timing_ms");
        List<String> rows = new ArrayList<>(List.of("| | |", "|---|---|"));
        rows.add(row("job", shown(job.path("id")) + ", " + shown(job.path("kind")) + ", " + shown(job.path("state"))));
        rows.add(row("model", shown(evidence.path("model"))));
        rows.add(row("model digest", shown(evidence.path("model_digest"))));
        rows.add(row("runtime", shown(evidence.path("runtime"))));
        rows.add(row("driver", shown(evidence.path("driver"))));
        rows.add(row("device requested", shown(evidence.path("device_requested"))));
        rows.add(row("device that executed it", shown(evidence.path("device_actual"))));
        rows.add(row("why there", shown(evidence.path("route_reason"))));
        rows.add(row(
                "prompt",
                shown(evidence.path("prompt_chars")) + " characters, " + shown(evidence.path("prompt_tokens"))
                        + " tokens"));
        rows.add(row(
                "answer",
                shown(evidence.path("completion_tokens")) + " tokens of at most "
                        + shown(evidence.path("max_new_tokens"))));
        rows.add(row(
                "load", ms(timing.path("load")) + " for this job, " + ms(timing.path("initial_load")) + " at first"));
        rows.add(row(
                "time",
                ms(timing.path("queue_wait")) + " in the queue, " + ms(timing.path("time_to_first_token"))
                        + " to the first token, " + ms(timing.path("generate")) + " to generate, "
                        + ms(timing.path("total")) + " in all"));
        rows.add(row("busy counter, by npuq", inside(evidence)));
        rows.add(row("busy counter, from outside", outside(outside)));
        rows.add(row("outside less npuq's", difference(evidence.path("npu_busy_delta_us"), outside.us())));
        rows.add(row("quiet before the job", quiet(evidence.path("npu_busy_quiet"))));
        rows.add(row("attempt", shown(evidence.path("attempt"))));
        rows.add(row("verdict", shown(evidence.path("verdict"))));
        return String.join("\n", rows);
    }

    private static String row(String name, String value) {
        return "| " + name + " | " + value.replace("|", "\\|") + " |";
    }

    private static String shown(JsonNode value) {
        return value.isMissingNode() || value.isNull() ? UNKNOWN : value.asText();
    }

    private static String ms(JsonNode value) {
        return value.isNumber() ? String.format(Locale.ROOT, "%.1f ms", value.asDouble()) : UNKNOWN;
    }

    private static String inside(JsonNode evidence) {
        JsonNode delta = evidence.path("npu_busy_delta_us");
        return delta.isNumber()
                ? evidence.path("npu_busy_before_us") + " to " + evidence.path("npu_busy_after_us") + " µs: " + delta
                        + " µs"
                : "not read";
    }

    private static String outside(OutsideGrowth outside) {
        return outside.us().isPresent()
                ? outside.beforeUs().getAsLong() + " to " + outside.afterUs().getAsLong() + " µs: "
                        + outside.us().getAsLong() + " µs"
                : "not read";
    }

    private static String difference(JsonNode inside, OptionalLong outside) {
        return inside.isNumber() && outside.isPresent() ? outside.getAsLong() - inside.asLong() + " µs" : UNKNOWN;
    }

    private static String quiet(JsonNode quiet) {
        if (!quiet.isBoolean()) {
            return UNKNOWN;
        }
        return quiet.asBoolean()
                ? "yes: the counter stood still, so that its growth is this job's"
                : "no: others use the device too";
    }
}
