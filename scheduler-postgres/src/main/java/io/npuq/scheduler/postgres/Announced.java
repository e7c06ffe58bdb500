package io.npuq.scheduler.postgres;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.npuq.scheduler.LaneState;
import io.npuq.schema.Json;
import io.npuq.schema.Lane;
import java.util.List;
import java.util.Map;

/**
 * A lane, as its host tells the others of it.
 *
 * @param lane which
 * @param role what it is there for
 * @param condition whether it takes jobs
 */
record Announced(Lane lane, LaneState.Role role, LaneState.Condition condition) {
    /** The lanes of a host. */
    static List<Announced> of(Map<Lane, LaneState> lanes) {
        return lanes.entrySet().stream()
                .map(lane -> new Announced(
                        lane.getKey(), lane.getValue().role(), lane.getValue().condition()))
                .toList();
    }

    /** Those of another host, by its row; none where another npuq writes them otherwise. */
    static List<Announced> read(String text) {
        try {
            return List.of(Json.MAPPER.readValue(text, Announced[].class));
        } catch (JsonProcessingException e) {
            return List.of();
        }
    }

    /** Whether any of them takes jobs for an NPU, now or as soon as its model is loaded. */
    static boolean anyNpu(List<Announced> lanes) {
        return lanes.stream().anyMatch(Announced::isNpu);
    }

    private boolean isNpu() {
        boolean takes = condition == LaneState.Condition.SERVING || condition == LaneState.Condition.LOADING;
        return lane == Lane.NPU && role == LaneState.Role.MAIN && takes;
    }
}
