package io.npuq.launcher.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.launcher.client.ApiException;
import io.npuq.launcher.client.NpuqApi;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code npuq result}. */
@Command(
        name = "result",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {"Print the answer of a job that has succeeded; exit code 1 when there is none.", ""})
final class ResultCommand extends ClientCommand {
    @Parameters(paramLabel = "ID", description = "the job's id, as submit printed it")
    private String id = "";

    @Option(names = "--wait", description = "wait for the job's end")
    private boolean wait;

    @Override
    int call(NpuqApi api, Terminal terminal) throws ApiException, CommandFailedException {
        return result(this, terminal, wait ? api.jobAtItsEnd(checked(id)) : api.job(checked(id)));
    }

    /** Prints the answer; says what there is instead where there is none. */
    static int result(ClientCommand command, Terminal terminal, JsonNode job) {
        JsonNode text = job.path("result").path("text");
        boolean succeeded = job.path("state").asText().equals("succeeded") && text.isTextual();
        if (command.wantsJson() || succeeded) {
            command.show(terminal, job, text.asText());
        }
        if (!succeeded) {
            terminal.say("npuq: " + JobText.state(job) + why(job));
        }
        return succeeded ? ExitCode.OK : ExitCode.FAILED;
    }

    private static String why(JsonNode job) {
        if (!NpuqApi.isOver(job)) {
            return "; \"npuq result " + job.path("id").asText() + " --wait\" waits for its end";
        }
        return job.path("state").asText().equals("succeeded") ? "; its result's time is over, and it was erased" : "";
    }
}
