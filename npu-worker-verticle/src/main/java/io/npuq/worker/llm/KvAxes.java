package io.npuq.worker.llm;

import java.io.IOException;
import java.util.List;

/**
 * Which axis of the model's state is what.
 *
 * @param batch the dynamic axis
 * @param sequence the axis that is empty at the start
 */
record KvAxes(int batch, int sequence) {
    /** As the model's first state says, such as [?, heads, 0, size]. */
    static KvAxes of(IrGraph graph) throws IOException {
        List<Integer> dims = graph.layers("ReadValue")
                .findFirst()
                .map(state -> graph.inputDims(state, "0"))
                .orElseThrow(
                        () -> new IOException(
                                "the model keeps no state; export it as a stateful model (optimum-cli export openvino --task text-generation-with-past)"));
        if (!dims.contains(0) || !dims.contains(-1)) {
            throw new IOException("the model's state of shape " + dims + " has no empty and no dynamic axis");
        }
        return new KvAxes(dims.indexOf(-1), dims.indexOf(0));
    }
}
