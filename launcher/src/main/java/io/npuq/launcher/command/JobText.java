package io.npuq.launcher.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** A job's JSON for people. */
final class JobText {
    private static final List<String> COLUMNS =
            List.of("ID", "KIND", "STATE", "PRIORITY", "CREATED", "RAN ON", "PROOF OR ERROR");

    private JobText() {}

    /** One line: where the job stands. */
    static String state(JsonNode job) {
        StringBuilder line = new StringBuilder(job.path("id").asText())
                .append(' ')
                .append(job.path("kind").asText())
                .append(": ")
                .append(job.path("state").asText());
        JsonNode position = job.path("queue").path("position");
        if (position.isNumber()) {
            line.append(", ").append(position.asLong()).append(" jobs before it");
        }
        JsonNode eta = job.path("queue").path("eta_ms");
        if (eta.isNumber()) {
            line.append(", done in about ").append((eta.asLong() + 999) / 1000).append(" s");
        }
        if (job.path("attempt").asInt() > 1) {
            line.append(", attempt ").append(job.path("attempt").asInt());
        }
        JsonNode ran = job.path("evidence").path("device_actual");
        if (ran.isTextual()) {
            line.append(", ran on ")
                    .append(ran.asText())
                    .append(" (")
                    .append(proof(job))
                    .append(')');
        }
        JsonNode error = job.path("error").path("message");
        return error.isTextual() ? line.append(": ").append(error.asText()).toString() : line.toString();
    }

    /** A table with a line a job. */
    static String table(JsonNode jobs) {
        List<List<String>> rows = new ArrayList<>(List.of(COLUMNS));
        jobs.forEach(job -> rows.add(List.of(
                job.path("id").asText(),
                job.path("kind").asText(),
                job.path("state").asText(),
                job.path("priority").asText(),
                job.path("created_at").asText(),
                job.path("evidence").path("device_actual").asText("-"),
                proof(job))));
        return String.join("\n", aligned(rows));
    }

    private static String proof(JsonNode job) {
        JsonNode code = job.path("error").path("code");
        return code.isTextual()
                ? code.asText()
                : job.path("evidence").path("verdict").asText("-");
    }

    private static List<String> aligned(List<List<String>> rows) {
        return rows.stream()
                .map(row -> {
                    StringBuilder line = new StringBuilder();
                    for (int i = 0; i < row.size(); i++) {
                        int column = i;
                        int width = rows.stream()
                                .mapToInt(r -> r.get(column).length())
                                .max()
                                .orElse(0);
                        line.append(row.get(i))
                                .append(" ".repeat(width - row.get(i).length() + 2));
                    }
                    return line.toString().stripTrailing();
                })
                .toList();
    }
}
