package io.npuq.launcher.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.launcher.client.ApiException;
import io.npuq.launcher.client.NpuqApi;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Limits;
import io.npuq.schema.WireName;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code npuq submit}. */
@Command(
        name = "submit",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Hand a job to the server, and print its id: from then on the job is on the server's disk.",
            "With --wait, wait for its end and print the answer; exit code 1 when it did not succeed.",
            ""
        })
final class SubmitCommand extends ClientCommand {
    @Mixin
    private JobOptions job = new JobOptions();

    @Option(names = "--wait", description = "wait for the job's end, and print its answer")
    private boolean wait;

    @Option(names = "--priority", paramLabel = "0-9", description = "0 is the most urgent; default 5")
    private int priority = Limits.PRIORITY_DEFAULT;

    @Option(
            names = "--deadline-ms",
            paramLabel = "MS",
            description = "when the job must have ended, from now; it expires then")
    private @Nullable Long deadlineMs;

    @Option(
            names = "--device",
            paramLabel = "POLICY",
            description = "npu (only there), prefer_npu or any; default prefer_npu")
    private String device = DevicePolicy.PREFER_NPU.wire();

    @Option(names = "--metadata", paramLabel = "KEY=VALUE", description = "a label of yours; may be repeated")
    private Map<String, String> metadata = new LinkedHashMap<>();

    @Override
    int call(NpuqApi api, Terminal terminal) throws ApiException, CommandFailedException {
        JobRequest request =
                job.request().withPriority(priority).withDevice(WireName.parse(DevicePolicy.class, "--device", device));
        if (deadlineMs != null) {
            request = request.withDeadline(Duration.ofMillis(deadlineMs));
        }
        JsonNode accepted = api.submit(request, ((JobInput.Text) request.input()).text(), metadata);
        String id = accepted.path("id").asText();
        if (!wait) {
            show(terminal, accepted, id);
            return ExitCode.OK;
        }
        terminal.say("submitted " + id);
        return ResultCommand.result(this, terminal, api.jobAtItsEnd(id));
    }
}
