"""The peer with the model: FastAPI and uvicorn, answering out of Keras's own model file by a compiled call (not model.predict)."""
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow as tf
import uvicorn
from fastapi import FastAPI

import keras

model = keras.saving.load_model(sys.argv[2])
compiled = tf.function(lambda x: model(x, training=False), reduce_retracing=True)
app = FastAPI()


@app.get("/prediction/{input_value}")
async def prediction(input_value: float):
    x = np.array([[input_value]], dtype=np.float32)
    return {"prediction": compiled(x).numpy().tolist()}


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False, loop="uvloop", http="httptools")
