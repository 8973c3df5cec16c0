variable "project" {
  description = "Project that everything belongs to."
  type        = string
}

variable "name" {
  description = "Name of the machine and of its service account."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.name))
    error_message = "name: expected 6 to 30 lower-case letters, digits and dashes, as service accounts have them."
  }
}

variable "zone" {
  description = "Zone, such as europe-west1-b."
  type        = string
}

variable "machine_type" {
  description = "Size of the machine."
  type        = string
  default     = "e2-standard-2"
}

variable "boot_image" {
  description = "A Debian image: its gcloud and systemd are used."
  type        = string
  default     = "debian-cloud/debian-12"
}

variable "disk_gb" {
  description = "Size of the disk, in GB: the image and the models."
  type        = number
  default     = 20
}

variable "subnetwork" {
  description = "Subnetwork of the machine."
  type        = string
}

variable "address" {
  description = "Static address of the machine."
  type        = string
}

variable "tag" {
  description = "Tag that the rules of the firewall are for."
  type        = string
}

variable "image" {
  description = "Image of the server, in Artifact Registry, with its tag or digest."
  type        = string
}

variable "repository" {
  description = "Repository in Artifact Registry that holds the image."
  type        = string
}

variable "repository_location" {
  description = "Location of that repository."
  type        = string
}

variable "bucket" {
  description = "Bucket of the models."
  type        = string
}

variable "prefix" {
  description = "Folder of the models in the bucket."
  type        = string
  default     = "models"
}

variable "keys_secret" {
  description = "Secret in Secret Manager with the file that 'slipway keys create' writes. Its content never comes into the state."
  type        = string
}

variable "port" {
  description = "The server's port."
  type        = number
}
