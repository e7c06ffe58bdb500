package io.npuq.launcher.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.launcher.client.ApiException;
import io.npuq.launcher.client.NpuqApi;
import io.npuq.schema.JobId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the commands have in common that talk to a server. */
abstract class ClientCommand implements Callable<Integer> {
    @Mixin
    private ServerOptions server = new ServerOptions();

    @Option(names = "--json", description = "print the server's JSON instead")
    private boolean json;

    @Spec
    private CommandSpec spec;

    /** Asks the server, and shows what came of it. */
    abstract int call(NpuqApi api, Terminal terminal) throws ApiException, CommandFailedException;

    @Override
    public final Integer call() throws CommandFailedException {
        try {
            return call(server.api(), Terminal.of(spec));
        } catch (ApiException e) {
            throw new CommandFailedException(
                    e.isInvalidInput() ? ExitCode.INVALID_INPUT : ExitCode.FAILED, String.valueOf(e.getMessage()), e);
        }
    }

    /** Prints the JSON where that was asked for, else the text. */
    final void show(Terminal terminal, JsonNode answer, String text) {
        terminal.print(json ? answer.toString() : text);
    }

    final boolean wantsJson() {
        return json;
    }

    /** The id as given, when it can be one: anything else would be another path. */
    static String checked(String id) throws CommandFailedException {
        return JobId.parse(id)
                .map(JobId::value)
                .orElseThrow(() -> new CommandFailedException(
                        ExitCode.INVALID_INPUT,
                        "\"" + id + "\" is no job's id; submit prints one, and \"npuq jobs\" lists them"));
    }
}
