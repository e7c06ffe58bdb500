package io.npuq.launcher.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.launcher.client.ApiException;
import io.npuq.launcher.client.NpuqApi;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code npuq status}. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {"Say where a job stands.", ""})
final class StatusCommand extends ClientCommand {
    @Parameters(paramLabel = "ID", description = "the job's id, as submit printed it")
    private String id = "";

    @Override
    int call(NpuqApi api, Terminal terminal) throws ApiException, CommandFailedException {
        JsonNode job = api.job(checked(id));
        show(terminal, job, JobText.state(job));
        return ExitCode.OK;
    }
}
