# One machine with a static address. Cloud Run (../cloud-run) is less work; this is for models that must stay in memory, and for
# those who want a machine. Repository, bucket and secret are there already: those of ../cloud-run, or others.

# The interfaces that a project must offer before anything here can be made; without resourcemanager nobody gets a role on it.
resource "google_project_service" "this" {
  for_each = toset([
    "artifactregistry.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "compute.googleapis.com",
    "iam.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "secretmanager.googleapis.com",
    "storage.googleapis.com",
  ])

  service            = each.value
  disable_on_destroy = false
}

module "network" {
  source     = "../modules/network"
  depends_on = [google_project_service.this]

  name          = var.name
  region        = var.region
  ssh_ranges    = var.ssh_ranges
  client_ranges = var.client_ranges
  port          = var.port
}

module "server" {
  source     = "../modules/vm"
  depends_on = [google_project_service.this]

  project             = var.project
  name                = var.name
  zone                = var.zone
  machine_type        = var.machine_type
  subnetwork          = module.network.subnetwork
  address             = module.network.address
  tag                 = module.network.tag
  image               = var.image
  repository          = var.repository
  repository_location = var.region
  bucket              = var.bucket
  prefix              = var.prefix
  keys_secret         = var.keys_secret
  port                = var.port
}
