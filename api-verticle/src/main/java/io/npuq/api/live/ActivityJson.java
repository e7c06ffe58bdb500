package io.npuq.api.live;

import com.fasterxml.jackson.core.JsonGenerator;
import io.npuq.api.http.JsonOut;
import io.npuq.schema.JobState;
import io.npuq.schema.Verdict;
import io.npuq.schema.WireName;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What happened lately as JSON: a row of numbers for each thing that is counted, which is far shorter than an object a step. */
final class ActivityJson {
    private static final double TENTHS = 10;

    private static final Map<String, ToDoubleFunction<Activity.Sums>> COLUMNS = columns();

    private ActivityJson() {}

    private static Map<String, ToDoubleFunction<Activity.Sums>> columns() {
        Map<String, ToDoubleFunction<Activity.Sums>> columns = new LinkedHashMap<>();
        columns.put("started", sums -> sums.started);
        columns.put("wait_ms", sums -> sums.waitMs);
        columns.put("wait_ms_max", sums -> sums.waitMsMax);
        for (JobState state : JobState.values()) {
            if (state.isFinal()) {
                columns.put(state.wire(), sums -> count(sums.ended, state));
            }
        }
        for (Verdict verdict : Verdict.values()) {
            columns.put(verdict.wire(), sums -> count(sums.verdicts, verdict));
        }
        columns.put("generate_ms", sums -> sums.generateMs);
        columns.put("counted_generate_ms", sums -> sums.countedGenerateMs);
        columns.put("busy_ms", sums -> sums.busyMs);
        columns.put("tokens", sums -> sums.tokens);
        return columns;
    }

    static byte[] bytes(Activity activity) {
        List<Activity.Sums> steps = activity.steps();
        Activity.Sums total = activity.total();
        return JsonOut.object(json -> {
            json.writeNumberField("step_s", Activity.STEP_SECONDS);
            json.writeObjectFieldStart("steps");
            for (Map.Entry<String, ToDoubleFunction<Activity.Sums>> column : COLUMNS.entrySet()) {
                json.writeArrayFieldStart(column.getKey());
                for (Activity.Sums step : steps) {
                    number(json, column.getValue().applyAsDouble(step));
                }
                json.writeEndArray();
            }
            json.writeEndObject();
            json.writeObjectFieldStart("total");
            for (Map.Entry<String, ToDoubleFunction<Activity.Sums>> column : COLUMNS.entrySet()) {
                json.writeFieldName(column.getKey());
                number(json, column.getValue().applyAsDouble(total));
            }
            json.writeEndObject();
        });
    }

    private static <E extends Enum<E> & WireName> long count(Map<E, Long> counts, E value) {
        return counts.getOrDefault(value, 0L);
    }

    private static void number(JsonGenerator json, double value) throws IOException {
        double rounded = Math.round(value * TENTHS) / TENTHS;
        if (rounded == Math.rint(rounded)) {
            json.writeNumber((long) rounded);
        } else {
            json.writeNumber(rounded);
        }
    }
}
