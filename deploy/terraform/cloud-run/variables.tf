variable "project" {
  description = "Project that everything belongs to."
  type        = string
}

variable "region" {
  description = "Region, such as europe-west1."
  type        = string
  default     = "europe-west1"
}

variable "name" {
  description = "Name of the service."
  type        = string
  default     = "slipway"
}

variable "bucket" {
  description = "Bucket of the models, which is made."
  type        = string
}

variable "image" {
  description = "Image of the server. Leave it empty the first time, push the image, then name it."
  type        = string
  default     = ""
}

variable "invokers" {
  description = "Who may ask for predictions."
  type        = list(string)
  default     = []
}

variable "min_instances" {
  description = "How many instances wait for requests."
  type        = number
  default     = 0
}
