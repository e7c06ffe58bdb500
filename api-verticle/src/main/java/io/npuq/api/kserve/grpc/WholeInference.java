package io.npuq.api.kserve.grpc;

import io.npuq.api.generate.Follower;
import io.npuq.api.generate.JobProblems;
import io.npuq.api.http.GenerationHeaders;
import io.npuq.api.http.Problem;
import io.npuq.api.kserve.Asked;
import io.npuq.api.kserve.Model;
import io.npuq.api.kserve.Output;
import io.npuq.api.kserve.protocol.ModelInferResponse;
import io.npuq.schema.Job;
import io.npuq.schema.LaneStatus;
import java.util.Optional;
import java.util.function.Supplier;

/** Answers a call with what its job made, at the job's end. */
record WholeInference(
        GrpcCall<ModelInferResponse> call, Model model, String id, Asked asked, Supplier<LaneStatus> mainLane)
        implements Follower {
    @Override
    public void accepted(Job job) {
        call.about(job.id());
    }

    @Override
    public void ended(Job job) {
        LaneStatus main = mainLane.get();
        Optional<Problem> problem = JobProblems.of(job, main);
        if (problem.isPresent()) {
            call.fail(problem.get());
            return;
        }
        call.send(Answers.whole(model, id, Output.of(job, asked), job), GenerationHeaders.of(job, main));
        call.end();
    }

    @Override
    public void lost(Problem problem) {
        call.fail(problem);
    }
}
