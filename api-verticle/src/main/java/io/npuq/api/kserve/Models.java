package io.npuq.api.kserve;

import io.npuq.api.generate.Generations;
import io.npuq.api.generate.ServedModels;
import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.api.http.Text;
import io.npuq.schema.Lane;
import io.npuq.schema.LaneStatus;
import java.util.List;
import java.util.stream.Collectors;

/** The models of this server as this dialect knows them. */
public final class Models {
    private static final int NOT_FOUND = 404;

    private final Generations generations;
    private final ServedModels served;

    /** The models that run these jobs. */
    public Models(Generations generations) {
        this.generations = generations;
        this.served = new ServedModels(generations::lanes);
    }

    /**
     * The model of that name.
     *
     * @param version empty for whichever there is
     * @throws ProblemException 404 when there is none
     */
    public Model find(String name, String version) {
        LaneStatus lane = served.find(name)
                .orElseThrow(() -> notFound("model \"" + Text.echo(name) + "\" is not loaded; this server has "
                        + served.all().stream().map(LaneStatus::model).collect(Collectors.joining(", "))));
        if (!version.isEmpty() && !version.equals(Model.VERSION)) {
            throw notFound("model \"" + lane.model() + "\" has version " + Model.VERSION + " and no other");
        }
        return model(lane);
    }

    /**
     * The same, for a job.
     *
     * @throws ProblemException 503 when no lane that may run it ever loaded its model: nobody knows when one will
     */
    public Model forJob(String name, String version) {
        Model model = find(name, version);
        List<LaneStatus> able = generations.lanes().stream()
                .filter(lane -> (lane.lane() == Lane.EMBEDDING) == model.embeds())
                .toList();
        if (able.stream().allMatch(lane -> lane.neverLoaded().isPresent())) {
            throw new ProblemException(Problem.unavailable(
                    "model_unavailable", able.get(0).neverLoaded().orElseThrow()));
        }
        return model;
    }

    /** Whether every model is ready. */
    public boolean ready() {
        return served.all().stream().allMatch(lane -> model(lane).ready());
    }

    private Model model(LaneStatus of) {
        boolean ready = generations.lanes().stream()
                .filter(lane -> lane.model().equals(of.model()))
                .anyMatch(lane -> lane.health().phase().takesJobs());
        return new Model(of.model(), of.lane() == Lane.EMBEDDING, ready);
    }

    private static ProblemException notFound(String message) {
        return new ProblemException(Problem.of(NOT_FOUND, "model_not_found", message));
    }
}
