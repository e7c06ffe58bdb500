package io.npuq.worker.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.schema.config.DeviceChoice;
import io.npuq.worker.engine.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeviceSelectionTest {
    private final List<String> tried = new ArrayList<>();

    @Test
    void autoPrefersTheNpuThenTheGpuThenTheCpu() throws EngineException {
        assertEquals("NPU", select(List.of("CPU", "GPU", "NPU"), DeviceChoice.AUTO, List.of()));
        assertEquals("GPU", select(List.of("CPU", "GPU.0", "GPU.1"), DeviceChoice.AUTO, List.of()));
        assertEquals("CPU", select(List.of("CPU"), DeviceChoice.AUTO, List.of()));
    }

    @Test
    void autoGoesOnWhereADeviceDoesNotLoad() throws EngineException {
        assertEquals("CPU", select(List.of("CPU", "GPU", "NPU"), DeviceChoice.AUTO, List.of("NPU", "GPU")));
        assertEquals(List.of("NPU", "GPU", "CPU"), tried);
    }

    @Test
    void aNamedDeviceIsNotReplaced() {
        EngineException e = assertThrows(
                EngineException.class, () -> select(List.of("CPU", "NPU"), DeviceChoice.NPU, List.of("NPU")));
        assertEquals(List.of("NPU"), tried);
        assertTrue(String.valueOf(e.getMessage()).contains("NPU is broken"), e.getMessage());
    }

    @Test
    void aNumberedGpuIsCompiledForByItsFamily() throws EngineException {
        assertEquals("GPU", select(List.of("CPU", "GPU.0"), DeviceChoice.GPU, List.of()));
    }

    @Test
    void thePartsOfTheNpuPluginThatRunElsewhereAreNoNpu() {
        DeviceSelection emulated = new DeviceSelection(List.of("CPU"), Map.of("NPUW_DEVICES", "CPU"));
        assertEquals("CPU (NPU plugin)", emulated.actual("NPU", "NPU"));
        assertEquals("CPU", emulated.actual("CPU", "CPU"));
        DeviceSelection real = new DeviceSelection(List.of("CPU", "NPU"), Map.of());
        assertEquals("NPU", real.actual("NPU", "NPU"));
    }

    private String select(List<String> available, DeviceChoice choice, List<String> broken) throws EngineException {
        return new DeviceSelection(available, Map.of()).load(choice, device -> {
            tried.add(device);
            if (broken.contains(device)) {
                throw new EngineException(EngineException.Kind.MODEL_UNAVAILABLE, device + " is broken");
            }
            return device;
        });
    }
}
