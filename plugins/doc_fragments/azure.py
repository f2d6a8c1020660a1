"""The options that modules and the inventory plugin use to sign in to Azure."""

from __future__ import annotations


class ModuleDocFragment:
    # Documents the modules in module_utils/_arm/auth. A test compares the two.
    DOCUMENTATION = r"""
options:
  subscription_id:
    description:
      - The subscription that the task works in.
      - If unset, the value comes from E(AZURE_SUBSCRIPTION_ID), or else from the section of the credential file or
        the Azure CLI account that is used to sign in. If none of them has a subscription, the task fails.
    type: str
  tenant:
    description:
      - The tenant (directory) of the application, as an ID or a domain.
      - The environment variables are E(AZURE_TENANT) and E(AZURE_TENANT_ID).
    type: str
  client_id:
    description:
      - The client ID of the application.
      - With O(auth_source=msi) it is the client ID of a user-assigned managed identity. If unset, the system-assigned
        identity is used.
      - The environment variable is E(AZURE_CLIENT_ID).
    type: str
  secret:
    description:
      - The client secret of the application. It is never logged.
      - The environment variables are E(AZURE_SECRET) and E(AZURE_CLIENT_SECRET).
    type: str
  x509_certificate_path:
    description:
      - The path of a PEM or PKCS12 file with the application's certificate and RSA private key.
      - It is used if there is no O(secret).
      - The environment variables are E(AZURE_X509_CERTIFICATE_PATH) and E(AZURE_CLIENT_CERTIFICATE_PATH).
    type: path
  certificate_password:
    description:
      - The password of the private key in O(x509_certificate_path). Leave it unset if the key has no password. It is
        never logged.
      - The environment variable is E(AZURE_CLIENT_CERTIFICATE_PASSWORD).
    type: str
  federated_token_file:
    description:
      - The path of a file with a federated token for workload identity, usually provided by a platform such as
        Kubernetes.
      - It is used if there is neither O(secret) nor O(x509_certificate_path), and always with
        O(auth_source=workload_identity).
      - The environment variable is E(AZURE_FEDERATED_TOKEN_FILE).
    type: path
  profile:
    description:
      - The section of the credential file C(~/.azure/credentials) to use.
      - The credential file is an INI file. Its keys are option names, such as C(client_id), C(tenant), C(secret),
        C(subscription_id) and C(cloud_environment).
      - The section has to exist and be complete.
      - The environment variable is E(AZURE_PROFILE).
    type: str
  auth_source:
    description:
      - The source of the credentials. If unset, the value comes from E(ANSIBLE_AZURE_AUTH_SOURCE) or
        E(AZURE_AUTH_SOURCE), and defaults to V(auto). Use the second variable in credential types of AWX, which do
        not allow names that begin with C(ANSIBLE_).
      - The credentials are O(tenant), O(client_id) and one of O(secret), O(x509_certificate_path) (with
        O(certificate_password)) and O(federated_token_file). All of them come from the same source. The client ID of
        one source is never combined with the secret of another.
      - O(subscription_id), O(cloud_environment) and O(disable_instance_discovery) are not part of the credentials.
        Each of them comes from the option, or else from the environment, or else from the section of the credential
        file that is used to sign in.
    type: str
    choices:
      auto: Use the first complete source of these, in this order. The options; the O(profile), if set; the
        environment; the section C(default) of C(~/.azure/credentials); workload identity, if O(federated_token_file)
        or its variable is set; the Azure CLI. Incomplete options and an unusable O(profile) are errors. If no source
        is complete, the error lists all that were tried.
      env: Use only the environment.
      credential_file: Use the section O(profile) of C(~/.azure/credentials), or the section C(default) if O(profile)
        is unset.
      cli: Use the account that is signed in to the Azure CLI (C(az login)).
      msi: Use the managed identity of the machine that the task runs on. V(auto) never uses it.
      workload_identity: Use O(federated_token_file), O(client_id) and O(tenant), from the options or else from the
        environment.
  cloud_environment:
    description:
      - The cloud, one of V(AzureCloud), V(AzureUSGovernment) and V(AzureChinaCloud), or the C(https) URL of another
        Resource Manager, such as Azure Stack Hub or the emulator of this collection. The other endpoints of such a
        cloud are read from its C(/metadata/endpoints).
      - If unset, the value comes from E(AZURE_CLOUD_ENVIRONMENT), or else from the section of the credential file
        that is used to sign in, and defaults to V(AzureCloud).
    type: str
  disable_instance_discovery:
    description:
      - Whether to sign in without validating the authority against Microsoft's public list of clouds. Use V(true) for
        a disconnected cloud.
      - It is always V(true) if O(cloud_environment) is the URL of a cloud other than Microsoft's public clouds.
      - If unset, the value comes from E(AZURE_DISABLE_INSTANCE_DISCOVERY), or else from the section of the credential
        file that is used to sign in, and defaults to V(false).
    type: bool
requirements:
  - python >= 3.11
  - azure-core >= 1.31
  - azure-identity >= 1.19
  - azure-mgmt-compute >= 33.0.0
notes:
  - Empty options for signing in and empty environment variables count as unset.
  - TLS certificates are always verified. To trust a certificate authority of your own, set
    E(AZURE_GALLERY_CA_BUNDLE), E(REQUESTS_CA_BUNDLE), E(CURL_CA_BUNDLE) or E(SSL_CERT_FILE) to the path of a CA
    bundle. The first variable that is set is used.
  - The options C(ad_user), C(password), C(thumbprint), C(cert_validation_mode), C(adfs_authority_url) and
    C(api_profile) of azure.azcollection are not supported. A task that sets one of them fails with a message that
    names the replacement.
"""
