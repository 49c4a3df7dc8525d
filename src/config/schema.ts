// Generated from schema/registries.schema.json by `npm run generate`. Do not edit.

export type Name = string;
export type SecretName = string;
export type Check = "required" | "warn" | "skip";
export type Duration = string;
export type ClusterSelection =
  | string
  | ClusterGlob[]
  | {
      only?: ClusterGlob[];
      except?: ClusterGlob[];
    };
export type ClusterGlob = string;
export type NamespaceSelection =
  | string
  | NamespaceGlob[]
  | {
      only?: NamespaceGlob[];
      except?: NamespaceGlob[];
    };
export type NamespaceGlob = string;
export type Host = string;
export type Username = string;
export type Variable = string;
export type File = string;
export type Aws = {
  role?: RoleArn;
  chainedRole?: RoleArn;
  accessKeyId?: Secret;
  secretAccessKey?: Secret;
  sessionToken?: Secret;
} | null;
export type RoleArn = string;
export type Azure = {
  tenantId?: Identifier;
  clientId?: Identifier;
  clientSecret?: Secret;
} | null;
export type Identifier = string;
export type Gcp = {
  serviceAccountKey?: Secret;
  workloadIdentityProvider?: string;
  serviceAccount?: string;
} | null;
export type Github = {
  token?: Secret;
  username?: Username;
  robot?: string;
} | null;
export type Anonymous = {} | null;
export type PullSecret =
  | string
  | {
      existing?: ObjectName;
      custom?: {
        server?: Host;
        username: Username;
        password: Secret;
        email?: string;
      };
      externalSecrets?: {
        serviceAccount?: ObjectName;
        refreshInterval?: Duration;
      } | null;
    };
export type ObjectName = string;
export type ImageReference = string;
export type Date = string;
export type Pem = string;
export type Directory = string;
export type Url = string;
export type Namespace = string;
export type LabelValue = string;
export type Remote = string;

export interface RegistriesYaml {
  $schema?: string;
  version: 1;
  name?: Name;
  defaults?: {
    secretName?: SecretName;
    check?: Check;
    expiryWarning?: Duration;
    registry?: Name;
    deliverTo?: DeliverTo;
  };
  registries: {
    [k: string]: Registry | undefined;
  };
  clusters?: {
    [k: string]: Cluster | undefined;
  };
  gitops?: Gitops;
}
export interface DeliverTo {
  clusters?: ClusterSelection;
  namespaces?: NamespaceSelection;
}
export interface Registry {
  type:
    | "docker-hub"
    | "ecr"
    | "ecr-public"
    | "acr"
    | "artifact-registry"
    | "gcr"
    | "ghcr"
    | "gitlab"
    | "quay"
    | "harbor"
    | "jfrog"
    | "nexus"
    | "gitea"
    | "digitalocean"
    | "scaleway"
    | "oci"
    | "ibm"
    | "alibaba"
    | "redhat"
    | "cloudsmith"
    | "generic";
  host?: Host;
  auth: Auth;
  pullSecret?: PullSecret;
  deliverTo?: DeliverTo;
  canary?: ImageReference;
  check?: Check;
  expires?: Date;
  expiryWarning?: Duration;
  tls?: Tls;
  tokenHosts?: string[];
  timeout?: Duration;
  charts?: string[];
  repositories?: string[];
  organization?: Identifier;
  project?: Identifier;
  allowEphemeral?: boolean;
  description?: string;
}
export interface Auth {
  basic?: Basic;
  bearer?: Bearer;
  aws?: Aws;
  azure?: Azure;
  gcp?: Gcp;
  github?: Github;
  anonymous?: Anonymous;
}
export interface Basic {
  username?: Username;
  password: Secret;
}
export interface Secret {
  env?: Variable;
  file?: File;
  sops?: {
    file: File;
    key: string;
  };
}
export interface Bearer {
  token: Secret;
}
export interface Tls {
  ca?: Certificate;
  clientCertificate?: {
    certificate: Certificate;
    key: Secret;
  };
  insecure?: boolean;
  plainHttp?: boolean;
  serverName?: string;
}
export interface Certificate {
  file?: File;
  env?: Variable;
  pem?: Pem;
}
export interface Cluster {
  controller?: "flux" | "argocd" | "plain";
  path?: Directory;
  /**
   * @minItems 1
   */
  namespaces:
    | string[]
    | {
        fromCluster?: {
          selector: string;
          context?: Identifier;
        };
      };
  createNamespaces?: boolean;
  encrypt: {
    sops?: {
      /**
       * @minItems 1
       */
      age?: string[];
      rules?: File;
    };
    sealedSecrets?: {
      certificate: SealingCertificate;
      scope?: "strict" | "namespace-wide" | "cluster-wide";
    };
  };
  secretName?: SecretName;
  layout?: "merged" | "per-registry";
  labels?: {
    [k: string]: LabelValue | undefined;
  };
  annotations?: {
    [k: string]: string | undefined;
  };
  serviceAccounts?: (
    | string
    | {
        name: ObjectName;
        imagePullSecrets?: string[];
      }
  )[];
  refresher?: "external-secrets" | "cronjob";
  description?: string;
}
export interface SealingCertificate {
  file?: File;
  env?: Variable;
  pem?: Pem;
  url?: Url;
  fromCluster?: {
    context?: Identifier;
    namespace?: Namespace;
    name?: ObjectName;
  } | null;
}
export interface Gitops {
  repository?: string;
  base?: Identifier;
  pullRequests?: "single" | "per-cluster";
  labels?: string[];
  reviewers?: string[];
  teamReviewers?: string[];
  assignees?: string[];
  milestone?: string | number;
  draft?: boolean;
  signOff?: boolean;
  deleteBranch?: boolean;
  onClosed?: "reopen" | "respect";
  autoMerge?: boolean;
  remote?: Remote;
  forge?: "gitlab" | "gitea";
}
