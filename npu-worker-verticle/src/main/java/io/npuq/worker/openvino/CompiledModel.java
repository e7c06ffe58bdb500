package io.npuq.worker.openvino;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** A model made ready for one device. */
public final class CompiledModel extends Handle {
    CompiledModel(Pointer pointer) {
        super(pointer, OpenVinoC::ov_compiled_model_free);
    }

    /** A new request; on a stateful model it starts with empty state. */
    public InferRequest newRequest() {
        PointerByReference request = new PointerByReference();
        OvStatus.check(
                "ov_compiled_model_create_infer_request",
                OpenVinoC.ov_compiled_model_create_infer_request(pointer(), request));
        return new InferRequest(request.getValue());
    }

    /** What executes the model, by OpenVINO's own word, such as {@code CPU} or {@code GPU.0}. */
    public String executionDevices() {
        return property("EXECUTION_DEVICES");
    }

    /**
     * A property of the compiled model.
     *
     * @throws OpenVinoException when the device has none of that name
     */
    public String property(String key) {
        PointerByReference value = new PointerByReference();
        OvStatus.check(
                "ov_compiled_model_get_property",
                OpenVinoC.ov_compiled_model_get_property(pointer(), CText.of(key), value));
        return CText.take(value);
    }

    /** Whether it was read from the cache, where it was compiled before; empty where the device does not say. */
    public Optional<Boolean> loadedFromCache() {
        try {
            String answer = property("LOADED_FROM_CACHE");
            return Optional.of(answer.equals("YES") || answer.equals("1") || answer.equalsIgnoreCase("true"));
        } catch (OpenVinoException e) {
            return Optional.empty();
        }
    }

    /** The names of its inputs. Each must have one. */
    public Set<String> inputNames() {
        LongByReference size = new LongByReference();
        OvStatus.check("ov_compiled_model_inputs_size", OpenVinoC.ov_compiled_model_inputs_size(pointer(), size));
        Set<String> names = new HashSet<>();
        for (long i = 0; i < size.getValue(); i++) {
            names.add(inputName(i));
        }
        return names;
    }

    /** The names of its outputs. Each must have one. */
    public Set<String> outputNames() {
        LongByReference size = new LongByReference();
        OvStatus.check("ov_compiled_model_outputs_size", OpenVinoC.ov_compiled_model_outputs_size(pointer(), size));
        Set<String> names = new HashSet<>();
        for (long i = 0; i < size.getValue(); i++) {
            PointerByReference port = new PointerByReference();
            OvStatus.check(
                    "ov_compiled_model_output_by_index",
                    OpenVinoC.ov_compiled_model_output_by_index(pointer(), i, port));
            names.add(takeName(port));
        }
        return names;
    }

    private String inputName(long index) {
        PointerByReference port = new PointerByReference();
        OvStatus.check(
                "ov_compiled_model_input_by_index", OpenVinoC.ov_compiled_model_input_by_index(pointer(), index, port));
        return takeName(port);
    }

    private static String takeName(PointerByReference port) {
        try {
            PointerByReference name = new PointerByReference();
            OvStatus.check("ov_port_get_any_name", OpenVinoC.ov_port_get_any_name(port.getValue(), name));
            return CText.take(name);
        } finally {
            OpenVinoC.ov_output_const_port_free(port.getValue());
        }
    }
}
