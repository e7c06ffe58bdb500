package io.npuq.worker.openvino;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;

/** One inference after another on a compiled model. A fresh one of a stateful model starts with empty state. */
public final class InferRequest extends Handle {
    InferRequest(Pointer pointer) {
        super(pointer, OpenVinoC::ov_infer_request_free);
    }

    /** Uses this tensor for the named input from now on. */
    public void setInput(String name, Tensor tensor) {
        OvStatus.check(
                "ov_infer_request_set_tensor",
                OpenVinoC.ov_infer_request_set_tensor(pointer(), CText.of(name), tensor.pointer()));
    }

    /** Uses this tensor for the input at that index from now on. */
    public void setInput(int index, Tensor tensor) {
        OvStatus.check(
                "ov_infer_request_set_input_tensor_by_index",
                OpenVinoC.ov_infer_request_set_input_tensor_by_index(pointer(), index, tensor.pointer()));
    }

    /** The named output of the last inference. Close it after use; its content changes with the next one. */
    public Tensor output(String name) {
        PointerByReference tensor = new PointerByReference();
        OvStatus.check(
                "ov_infer_request_get_tensor",
                OpenVinoC.ov_infer_request_get_tensor(pointer(), CText.of(name), tensor));
        return new Tensor(tensor.getValue());
    }

    /** The output at that index of the last inference. Close it after use; its content changes with the next one. */
    public Tensor output(int index) {
        PointerByReference tensor = new PointerByReference();
        OvStatus.check(
                "ov_infer_request_get_output_tensor_by_index",
                OpenVinoC.ov_infer_request_get_output_tensor_by_index(pointer(), index, tensor));
        return new Tensor(tensor.getValue());
    }

    /**
     * Runs one inference; blocks until it ends.
     *
     * @throws OpenVinoException when it fails
     */
    public void infer() {
        OvStatus.check("ov_infer_request_infer", OpenVinoC.ov_infer_request_infer(pointer()));
    }
}
