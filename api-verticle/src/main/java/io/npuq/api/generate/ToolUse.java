package io.npuq.api.generate;

import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobRequest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.BooleanSupplier;

/** Refuses jobs with tools where the model is not told of them. */
public final class ToolUse {
    private final Vertx vertx;
    private final Generations generations;
    private final BooleanSupplier takesTools;

    /**
     * Asks the main lane.
     *
     * @param takesTools whether its model is told of tools; called on a worker thread, for it may read files
     */
    public ToolUse(Vertx vertx, Generations generations, BooleanSupplier takesTools) {
        this.vertx = vertx;
        this.generations = generations;
        this.takesTools = takesTools;
    }

    /** Fails with a {@link ProblemException} for a job that is not allowed. */
    public Future<Boolean> allowed(JobRequest request) {
        if (!hasTools(request)) {
            return Future.succeededFuture(true);
        }
        return vertx.executeBlocking(takesTools::getAsBoolean, false).map(takes -> {
            if (!takes) {
                throw refused(generations.mainLane().model());
            }
            return true;
        });
    }

    /** Whether the job has tools. */
    public static boolean hasTools(JobRequest request) {
        return request.input() instanceof JobInput.Chat chat && !chat.tools().isEmpty();
    }

    /** For a model whose template has no place for tools. */
    public static ProblemException refused(String model) {
        return new ProblemException(Problem.of(
                400,
                "tools_unsupported",
                "model " + model + " does not support tools: its chat template has no place for them; leave tools out,"
                        + " or load a model that was trained on them",
                "tools"));
    }
}
