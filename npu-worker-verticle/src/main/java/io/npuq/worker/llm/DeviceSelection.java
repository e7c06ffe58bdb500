package io.npuq.worker.llm;

import io.npuq.schema.config.DeviceChoice;
import io.npuq.worker.engine.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which device runs the model: the one that was asked for, or for {@code AUTO} the first of NPU, GPU, CPU that is there and loads it.
 *
 * @param available what OpenVINO lists, such as {@code CPU}, {@code GPU.0}
 * @param compileProperties the user's own; {@code NPUW_DEVICES} lets the NPU plugin run on other devices, without an NPU
 */
record DeviceSelection(List<String> available, Map<String, String> compileProperties) {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceSelection.class);
    private static final List<String> PREFERENCE = List.of("NPU", "GPU", "CPU");

    /** Loads the model for one device. */
    interface Loader<T> {
        /** For that device, or why not. */
        T load(String device) throws EngineException;
    }

    /**
     * Loads the model on the device of choice.
     *
     * @throws EngineException {@code MODEL_UNAVAILABLE}, or {@code DEVICE_UNAVAILABLE} where none was there to be tried, with the reason of
     *     each
     */
    <T> T load(DeviceChoice choice, Loader<T> loader) throws EngineException {
        List<String> reasons = new ArrayList<>();
        EngineException.Kind kind = EngineException.Kind.DEVICE_UNAVAILABLE;
        for (String device : choice == DeviceChoice.AUTO ? PREFERENCE : List.of(choice.wire())) {
            if (!isThere(device)) {
                reasons.add("there is no " + device + " (OpenVINO finds " + String.join(", ", available)
                        + "); its driver may be missing, npuq doctor tells");
                continue;
            }
            kind = EngineException.Kind.MODEL_UNAVAILABLE;
            try {
                return loader.load(device);
            } catch (EngineException e) {
                LOG.warn("{}", e.getMessage());
                reasons.add(e.getMessage());
            }
        }
        throw new EngineException(kind, String.join("; ", reasons));
    }

    private boolean isThere(String device) {
        return available.stream().anyMatch(name -> name.equals(device) || name.startsWith(device + "."))
                || (device.equals("NPU") && emulatesNpu());
    }

    private boolean emulatesNpu() {
        return compileProperties.containsKey("NPUW_DEVICES");
    }

    /**
     * What executes the model. OpenVINO names the plugin; when its parts were sent elsewhere, those devices did the work.
     *
     * @param executionDevices OpenVINO's word
     */
    String actual(String device, String executionDevices) {
        return device.equals("NPU") && emulatesNpu()
                ? compileProperties.get("NPUW_DEVICES") + " (NPU plugin)"
                : executionDevices;
    }
}
