package dev.slipway.server.http;

import dev.slipway.server.json.InputException;
import dev.slipway.server.models.ModelAddress;
import dev.slipway.server.models.ModelRepository;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The model that answers where a protocol names none: the one that is set, or the only one.
 *
 * @param models the served models
 * @param name the name that is set; empty for the only model
 * @param ready whether new requests are welcome
 */
public record DefaultModel(ModelRepository models, String name, BooleanSupplier ready) {
    /** What {@link dev.slipway.server.json.InputProblem#type()} says where there is none. */
    static final String AMBIGUOUS = "model_required";

    /** Which model it is, ready or not; refused if there are several and none is set. */
    ModelAddress address() {
        if (!name.isEmpty()) {
            return ModelAddress.of(name);
        }
        List<String> names =
                models.index().stream().map(each -> each.name()).distinct().toList();
        if (names.size() != 1) {
            throw new InputException(
                    AMBIGUOUS,
                    List.of("path"),
                    "expected: one served model, or scoring.default-model set to one of " + names
                            + "; or the path /models/{name}/invoke",
                    names.size() + " models");
        }
        return ModelAddress.of(names.get(0));
    }

    private boolean answers() {
        try {
            return models.answers(address());
        } catch (InputException e) {
            return false;
        }
    }

    /** Whether requests that name no model can be answered, or, where none is meant, those that name one. */
    boolean isReady() {
        return answers() || (name.isEmpty() && !models.names().isEmpty() && models.isReady());
    }

    /** The same, of a server that may have no model at all until somebody loads one, and after somebody has unloaded the last. */
    boolean isReadyForModels() {
        return isReady() || (name.isEmpty() && models.comeAndGo() && ready.getAsBoolean());
    }
}
