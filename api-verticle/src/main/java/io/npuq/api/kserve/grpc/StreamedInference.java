package io.npuq.api.kserve.grpc;

import io.npuq.api.generate.Follower;
import io.npuq.api.generate.Following;
import io.npuq.api.generate.JobProblems;
import io.npuq.api.http.Problem;
import io.npuq.api.kserve.Asked;
import io.npuq.api.kserve.Model;
import io.npuq.api.kserve.Output;
import io.npuq.api.kserve.protocol.ModelInferResponse;
import io.npuq.api.kserve.protocol.ModelStreamInferResponse;
import io.npuq.schema.Job;
import io.npuq.schema.LaneStatus;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One request of a stream, and its answers. */
final class StreamedInference implements Follower {
    private final StreamedInferences stream;
    private final Model model;
    private final String id;
    private final Asked asked;
    private final boolean comesBack;
    private final Supplier<LaneStatus> mainLane;
    private @Nullable Following following;
    private boolean left;

    /**
     * A request of that stream.
     *
     * @param comesBack whether its client can find the job again, so that it is not cancelled when the client leaves
     */
    StreamedInference(
            StreamedInferences stream,
            Model model,
            String id,
            Asked asked,
            boolean comesBack,
            Supplier<LaneStatus> mainLane) {
        this.stream = stream;
        this.model = model;
        this.id = id;
        this.asked = asked;
        this.comesBack = comesBack;
        this.mainLane = mainLane;
    }

    void followed(Following of) {
        following = of;
        if (left) {
            leave();
        }
    }

    /** The client is gone. */
    void leave() {
        left = true;
        Following of = following;
        if (of == null) {
            return;
        }
        if (comesBack) {
            of.leave();
        } else {
            of.cancel();
        }
    }

    @Override
    public void accepted(Job job) {
        stream.about(job.id());
    }

    @Override
    public void text(String piece) {
        if (asked.inPieces()) {
            send(Answers.piece(model, id, Output.text(piece, asked)));
        }
    }

    @Override
    public void ended(Job job) {
        Optional<Problem> problem = JobProblems.of(job, mainLane.get());
        if (problem.isPresent()) {
            lost(problem.get());
            return;
        }
        // What is empty is there all the same: many clients read the output of each answer without a look at the flag.
        Output rest = asked.inPieces() && !model.embeds() ? Output.text("", asked) : Output.of(job, asked);
        send(Answers.last(model, id, rest, job));
        stream.closed(this);
    }

    @Override
    public void lost(Problem problem) {
        stream.failed(model.name(), id, problem);
        stream.closed(this);
    }

    private void send(ModelInferResponse answer) {
        stream.send(
                ModelStreamInferResponse.newBuilder().setInferResponse(answer).build());
    }
}
