package io.npuq.worker.llm;

import io.npuq.worker.engine.EngineException;
import io.npuq.worker.openvino.CompiledModel;
import io.npuq.worker.openvino.OpenVino;
import io.npuq.worker.openvino.OpenVinoException;
import io.npuq.worker.openvino.OpenVinoInstall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a model directory into a model that is ready, on the device of choice. */
final class ModelLoader {
    private static final String DAMAGED =
            ". If its files are damaged, fetch it again with npuq pull, or export it again";
    private static final Logger LOG = LoggerFactory.getLogger(ModelLoader.class);

    private final LlmSettings settings;
    private final ModelDirectory model;
    private final OpenVino openVino;
    private final DeviceSelection devices;

    private ModelLoader(LlmSettings settings, ModelDirectory model, OpenVino openVino) {
        this.settings = settings;
        this.model = model;
        this.openVino = openVino;
        devices = new DeviceSelection(openVino.availableDevices(), settings.compileProperties());
    }

    /**
     * Loads it and warms it up.
     *
     * @throws EngineException {@code MODEL_UNAVAILABLE}, with the reason and the next step
     */
    static LoadedModel load(LlmSettings settings, OpenVinoInstall install, LongSupplier nanos) throws EngineException {
        ModelDirectory model = ModelDirectory.open(settings.modelDir());
        try (CloseOnFailure opened = new CloseOnFailure()) {
            OpenVino openVino = OpenVino.open(install);
            opened.add(openVino::close);
            LoadedModel loaded = new ModelLoader(settings, model, openVino).load(opened);
            WarmUp.run(loaded, nanos);
            opened.keep();
            return loaded;
        } catch (IOException | OpenVinoException e) {
            throw unavailable("cannot load model \"" + model.name() + "\": " + e.getMessage() + DAMAGED, e);
        }
    }

    private LoadedModel load(CloseOnFailure opened) throws EngineException, IOException {
        Files.createDirectories(settings.cacheDir());
        String digest = ModelDigest.of(model, settings.cacheDir());
        Set<Integer> endOfTurn = EndOfTurn.idsOf(model);
        if (endOfTurn.isEmpty()) {
            LOG.warn("model \"{}\" names no end-of-turn token: its answers end at the token bound", model.name());
        }
        Tokenizer tokenizer = new Tokenizer(openVino, model);
        opened.add(tokenizer::close);
        TokenBytes bytes = new TokenBytes(tokenizer, model);
        Compiled compiled = devices.load(settings.device(), device -> compile(device, digest));
        LanguageModel language = compiled.language();
        opened.add(language::close);
        String actual = devices.actual(compiled.device(), language.executionDevices());
        return new LoadedModel(model.name(), digest, openVino, tokenizer, bytes, language, endOfTurn, actual);
    }

    /** A model and the device that it was compiled for. */
    private record Compiled(String device, LanguageModel language) {}

    private Compiled compile(String device, String digest) throws EngineException {
        Optional<String> complaint = Optional.empty();
        try {
            if (!device.equals("NPU")) {
                Path xml = PrefillCut.apply(model, digest, settings.cacheDir());
                Map<String, String> properties =
                        device.equals("CPU") ? CompileProperties.cpu(settings) : CompileProperties.gpu(settings);
                return new Compiled(device, compile(xml, device, properties, ContextLimits.of(model)));
            }
            IrGraph graph = IrGraph.read(model.modelXml());
            Quantization quantization = Quantization.of(model, graph);
            complaint = quantization.npuComplaint();
            if (complaint.isPresent() && quantization.isNoted()) {
                throw new EngineException(
                        EngineException.Kind.MODEL_UNAVAILABLE,
                        "model \"" + model.name() + "\" is not for the NPU: " + complaint.get());
            }
            complaint.ifPresent(
                    sentence -> LOG.warn("model \"{}\" may not run on the NPU: {}", model.name(), sentence));
            return new Compiled(
                    device,
                    compile(
                            model.modelXml(),
                            device,
                            CompileProperties.npu(settings, KvAxes.of(graph)),
                            ContextLimits.of(model).onNpu(settings.npu(), settings.tokenLimit())));
        } catch (IOException | OpenVinoException e) {
            throw unavailable(
                    "cannot compile model \"" + model.name() + "\" for " + device + ": " + e.getMessage()
                            + complaint.map(sentence -> "; " + sentence).orElse(DAMAGED),
                    e);
        }
    }

    private LanguageModel compile(Path xml, String device, Map<String, String> properties, ContextLimits limits) {
        CompiledModel compiled = openVino.compile(xml, model.modelBin(), device, properties);
        LanguageModel language = new LanguageModel(compiled, device.equals("NPU"), limits);
        try (CloseOnFailure opened = new CloseOnFailure()) {
            opened.add(language::close);
            language.run();
            opened.keep();
            return language;
        }
    }

    private static EngineException unavailable(String message, Exception cause) {
        return new EngineException(EngineException.Kind.MODEL_UNAVAILABLE, message, cause);
    }
}
