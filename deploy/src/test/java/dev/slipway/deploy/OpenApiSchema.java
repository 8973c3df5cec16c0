package dev.slipway.deploy;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import io.kubernetes.client.openapi.JSON;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;

/**
 * The schema of a kind of Kubernetes itself: a model that Kubernetes's client for Java has from the server's OpenAPI document. It
 * knows fields and which of them are needed.
 */
record OpenApiSchema(Class<?> model) implements Schema {
    @Override
    public void require(Map<String, Object> object) {
        Gson gson = JSON.getGson();
        JsonElement json = gson.toJsonTree(object);
        try {
            Method validate = model.getMethod("validateJsonElement", JsonElement.class);
            validate.invoke(null, json);
            var unused = gson.fromJson(json, model);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(model + ": no validateJsonElement", e);
        } catch (JsonParseException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
