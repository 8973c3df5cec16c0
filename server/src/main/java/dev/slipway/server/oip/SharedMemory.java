package dev.slipway.server.oip;

import dev.slipway.server.json.InputException;
import java.util.Collection;
import java.util.List;

/**
 * Tensors that do not come and go with the messages: whoever asks for that would otherwise read what nobody has written.
 *
 * <p>Source: Triton, system shared memory and CUDA shared memory extensions.
 */
public final class SharedMemory {
    private SharedMemory() {}

    /**
     * Refuses a tensor in shared memory.
     *
     * @param parameters the names of the parameters of an input or an output
     * @param place where it stands in the request
     * @throws InputException if there is one of shared memory
     */
    public static void refuse(Collection<String> parameters, List<Object> place) {
        if (parameters.contains("shared_memory_region")) {
            throw new InputException(
                    "shared_memory",
                    place,
                    "expected: elements in the message, as this server shares no memory",
                    "'shared_memory_region'");
        }
    }
}
