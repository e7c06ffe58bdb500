package io.npuq.worker.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PipOutputTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device | the disk is full",
                "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed')) | PIP_CERT",
                "ProxyError('Cannot connect to proxy.', OSError('Tunnel connection failed: 403 Forbidden')) | the proxy",
                "Failed to establish a new connection: [Errno -3] Temporary failure in name resolution | cannot be reached",
                "Could not fetch URL: 503 Server Error: Service Unavailable for url: x - skipping | refuses or fails",
                "ERROR: No matching distribution found for openvino==2026.4.1 | no package for this machine",
                "[Errno 13] Permission denied: '/srv/npuq' | cannot be written"
            })
    void whatPipSaysBecomesWhatToDo(String output, String advice) {
        assertTrue(PipTrouble.of(List.of(output)).orElseThrow().contains(advice));
    }

    @Test
    void unreachableIndexIsNotTakenForAMissingPackage() {
        List<String> output = List.of(
                "WARNING: Retrying: 'NewConnectionError(Failed to establish a new connection: [Errno 111] Connection refused)'",
                "ERROR: Could not find a version that satisfies the requirement openvino==2026.4.1 (from versions: none)",
                "Could not fetch URL: 503 Server Error: Service Unavailable for url: x - skipping | refuses or fails",
                "ERROR: No matching distribution found for openvino==2026.4.1");

        assertTrue(PipTrouble.of(output).orElseThrow().contains("cannot be reached"));
    }

    @Test
    void unknownWordsAreNotGuessedAt() {
        assertEquals(Optional.empty(), PipTrouble.of(List.of("ERROR: something new")));
    }

    @Test
    void bytesOfALargeWheelAreToldInSteps() {
        List<String> lines = new ArrayList<>();
        PipProgress progress = new PipProgress(2, 5, lines::add);

        progress.accept("Collecting openvino==2026.4.1 (from -r requirements.txt (line 1))");
        progress.accept("  Downloading openvino-2026.4.1-cp311-cp311-manylinux_2_28_x86_64.whl.metadata (13 kB)");
        progress.accept("  Downloading openvino-2026.4.1-cp311-cp311-manylinux_2_28_x86_64.whl (59.1 MB)");
        progress.accept("Progress 1000000 of 59100000");
        progress.accept("Progress 6000000 of 59100000");
        progress.accept("Progress 6500000 of 59100000");
        progress.accept("Progress 59100000 of 59100000");

        String wheel = "openvino-2026.4.1-cp311-cp311-manylinux_2_28_x86_64.whl";
        assertEquals(
                List.of(
                        "  fetching 2 of 5: " + wheel + ", 59.1 MB",
                        "  " + wheel + ": 6 of 59 MB, 10 %",
                        "  " + wheel + ": 59 of 59 MB, 100 %"),
                lines);
    }
}
