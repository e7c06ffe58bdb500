package io.npuq.api.generate;

import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.api.http.Text;
import io.npuq.schema.Lane;
import io.npuq.schema.LaneStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The models that the lanes run, by the names that clients use for them: with or without the tag {@code :latest}, in whatever case. */
public final class ServedModels {
    private static final String LATEST = ":latest";

    private final Supplier<List<LaneStatus>> lanes;
    private final BinaryOperator<String> missing;

    /** Those of these lanes, the main one first. */
    public ServedModels(Supplier<List<LaneStatus>> lanes) {
        this(lanes, (name, instead) -> "model " + name + " is not loaded; this server " + instead);
    }

    /**
     * The same.
     *
     * @param missing how a dialect says that a model is not there, from its name and from what the server does instead, such as {@code
     *     generates text with …}
     */
    public ServedModels(Supplier<List<LaneStatus>> lanes, BinaryOperator<String> missing) {
        this.lanes = lanes;
        this.missing = missing;
    }

    /** A lane for each model, the main one first. */
    public List<LaneStatus> all() {
        Map<String, LaneStatus> byModel = new LinkedHashMap<>();
        lanes.get().stream()
                .filter(lane -> lane.lane() != Lane.BUILTIN)
                .forEach(lane -> byModel.putIfAbsent(lane.model(), lane));
        return List.copyOf(byModel.values());
    }

    /** The lane that runs the model of this name; empty when none does. */
    public Optional<LaneStatus> find(String name) {
        return all().stream().filter(lane -> isNamed(lane, name)).findFirst();
    }

    /**
     * The name of the model that generates text, as the client calls it; the model's own where it does not name one.
     *
     * @throws ProblemException 404 when no lane runs that
     */
    public String generating(Optional<String> asked) {
        return named(asked, lane -> lane.lane() != Lane.EMBEDDING, "generates text with");
    }

    /**
     * The name of the model that makes embeddings, likewise.
     *
     * @throws ProblemException 404 when the lane for them runs another one
     */
    public String embedding(Optional<String> asked) {
        return named(asked, lane -> lane.lane() == Lane.EMBEDDING, "makes embeddings with");
    }

    private String named(Optional<String> asked, Predicate<LaneStatus> fits, String does) {
        List<LaneStatus> able = all().stream().filter(fits).toList();
        if (able.isEmpty()) {
            return asked.orElse(""); // the queue says why there is none
        }
        String name = asked.orElse(able.get(0).model());
        if (able.stream().noneMatch(lane -> isNamed(lane, name))) {
            throw new ProblemException(Problem.of(
                    404,
                    "model_not_found",
                    missing.apply(
                            Text.echo(name),
                            does + " " + able.stream().map(LaneStatus::model).collect(Collectors.joining(", "))),
                    "model"));
        }
        return name;
    }

    /** Whether clients may call the lane's model so. */
    public static boolean isNamed(LaneStatus lane, String name) {
        return plain(lane.model()).equals(plain(name));
    }

    private static String plain(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(LATEST) ? lower.substring(0, lower.length() - LATEST.length()) : lower;
    }
}
