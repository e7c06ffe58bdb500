package io.npuq.launcher.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.launcher.client.ApiException;
import io.npuq.launcher.client.NpuqApi;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code npuq cancel}. */
@Command(
        name = "cancel",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Cancel a job. One that waits ends at once, one that runs stops at its next token; cancelling again changes nothing.",
            ""
        })
final class CancelCommand extends ClientCommand {
    @Parameters(paramLabel = "ID", description = "the job's id, as submit printed it")
    private String id = "";

    @Override
    int call(NpuqApi api, Terminal terminal) throws ApiException, CommandFailedException {
        JsonNode job = api.cancel(checked(id));
        String running = job.path("state").asText().equals("running") ? "; it stops at its next token" : "";
        show(terminal, job, JobText.state(job) + running);
        return ExitCode.OK;
    }
}
