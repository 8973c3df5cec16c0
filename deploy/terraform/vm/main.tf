# One machine with a static address. Cloud Run (../cloud-run) is less work; this is for models that must stay in memory, and for
# those who want a machine. Repository and bucket are there already: those of ../cloud-run, or others.

module "network" {
  source = "../modules/network"

  name          = var.name
  region        = var.region
  ssh_ranges    = var.ssh_ranges
  client_ranges = var.client_ranges
  port          = var.port
}

module "server" {
  source = "../modules/vm"

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
  keys_secret         = var.keys_secret
  port                = var.port
}
