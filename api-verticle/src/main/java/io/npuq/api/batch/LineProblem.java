package io.npuq.api.batch;

import io.npuq.api.http.Problem;
import org.jspecify.annotations.Nullable;

/**
 * Why a file cannot be run.
 *
 * @param code for programs
 * @param line the line that is wrong, from 1; null where it is the file as a whole
 * @param message for people
 * @param param the field that is wrong
 */
record LineProblem(
        String code,
        @Nullable Integer line,
        String message,
        @Nullable String param) {
    static LineProblem ofFile(String code, String message) {
        return new LineProblem(code, null, message, "input_file_id");
    }

    static LineProblem ofLine(int line, Problem problem) {
        return new LineProblem(
                problem.code(), line, problem.message(), problem.param().orElse(null));
    }
}
