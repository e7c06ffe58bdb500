package io.npuq.api.batch;

import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Checks every line of a file, some at a time. */
final class Validation {
    private final InputLines lines;
    private final String endpoint;
    private final LineCalls calls;
    private final Set<String> customIds = new HashSet<>();
    private final List<LineProblem> problems = new ArrayList<>();
    private String model = "";
    private int next;

    Validation(InputLines lines, String endpoint, LineCalls calls) {
        this.lines = lines;
        this.endpoint = endpoint;
        this.calls = calls;
    }

    /** Checks some more; whether that was all. */
    boolean step() throws IOException {
        if (lines.count() == 0) {
            problems.add(LineProblem.ofFile("empty_file", "the file has no lines"));
        }
        if (lines.count() > BatchLimits.LINES_MAX) {
            problems.add(LineProblem.ofFile(
                    "too_many_lines",
                    "the file has more than " + BatchLimits.LINES_MAX + " lines, which is the most; make several"));
            return true;
        }
        int end = Math.min(lines.count(), next + BatchLimits.LINES_AT_ONCE);
        while (next < end && problems.size() < BatchLimits.PROBLEMS_MAX) {
            check(next++);
        }
        return next == lines.count() || problems.size() >= BatchLimits.PROBLEMS_MAX;
    }

    private void check(int line) throws IOException {
        if (lines.bytes(line) > LineRequest.BYTES_MAX) {
            problems.add(LineProblem.ofLine(lines.number(line), LineRequest.TOO_LONG));
            return;
        }
        try {
            LineRequest request = LineRequest.read(lines.read(line), endpoint, calls);
            if (!customIds.add(request.customId())) {
                throw new ProblemException(
                        Problem.of(400, "duplicate_custom_id", "an earlier line has the same custom_id", "custom_id"));
            }
            if (line == 0) {
                model = request.call().model();
            }
        } catch (ProblemException e) {
            problems.add(LineProblem.ofLine(lines.number(line), e.problem()));
        }
    }

    /** What is wrong, as far as it is listed. */
    List<LineProblem> problems() {
        return problems;
    }

    /** The model of the first line. */
    String model() {
        return model;
    }
}
